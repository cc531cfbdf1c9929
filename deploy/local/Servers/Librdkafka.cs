using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace Seckill.Local.Servers;

/// <summary>The part of librdkafka's C interface that makes and drives a mock cluster (<c>rdkafka.h</c>, <c>rdkafka_mock.h</c>, version 2.0).</summary>
internal static partial class Librdkafka
{
    public const int ProducerType = 0;
    public const int NoError = 0;

    private const string Library = "librdkafka";

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshallingCustomType = typeof(Utf8StringMarshaller))]
    public static partial int Configure(nint configuration, string name, string value, Span<byte> error, nuint errorSize);

    /// <summary>Takes the configuration over when it succeeds; zero and a text when it fails.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    public static partial nint NewClient(int type, nint configuration, Span<byte> error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    public static partial void DestroyClient(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    public static partial nint NewCluster(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    public static partial void DestroyCluster(nint cluster);

    /// <summary>The list belongs to the cluster: copied, not freed.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    public static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshallingCustomType = typeof(Utf8StringMarshaller))]
    public static partial int CreateTopic(nint cluster, string topic, int partitions, int replicationFactor);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    public static partial int SetBrokerDown(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    public static partial int SetBrokerUp(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    public static partial int SetBrokerRtt(nint cluster, int broker, int rttMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    public static partial void PushRequestErrors(nint cluster, short apiKey, nuint count, ReadOnlySpan<int> errors);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    public static partial void ClearRequestErrors(nint cluster, short apiKey);

    /// <summary>How many of the pushed errors of one broker still wait to be answered; errors pushed for all brokers are spread over each.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_error_stack_cnt")]
    public static partial int CountRequestErrors(nint cluster, int broker, short apiKey, out nuint count);

    /// <summary>Variadic in C: with a count of one, the six arguments travel as fixed ones do on linux-x64.</summary>
    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_push_request_error_rtts")]
    public static partial int PushRequestErrorRtt(nint cluster, int broker, short apiKey, nuint one, int error, int rttMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshallingCustomType = typeof(Utf8StringMarshaller))]
    public static partial int SetLeader(nint cluster, string topic, int partition, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_coordinator_set", StringMarshallingCustomType = typeof(Utf8StringMarshaller))]
    public static partial int SetCoordinator(nint cluster, string keyType, string key, int broker);
}
