using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Seckill.Core.Messaging;

namespace Seckill.Local.Servers;

/// <summary>A Kafka-protocol cluster of several brokers inside this process: librdkafka's own mock, reachable from other processes.</summary>
/// <remarks>
/// It knows producers (also idempotent ones), consumer groups and committed offsets. It is not durable: it lives in memory, ends with this process, and
/// evicts the oldest messages of a partition beyond 5 MiB or 100,000, read or not. It has no CreateTopics request: every topic of
/// <see cref="KafkaTopics.All"/> is made at construction. Brokers are numbered from 1. Thread-safe, save for disposal.
/// </remarks>
public sealed class KafkaMockCluster : IDisposable
{
    /// <summary>librdkafka's error code for "cut the connection instead of answering", for <see cref="PushRequestErrors"/>.</summary>
    public const ErrorCode Disconnect = ErrorCode.Local_Transport;

    private nint _client;
    private nint _cluster;

    /// <summary>Starts the brokers on free ports.</summary>
    /// <param name="brokers">How many, 3 as the topics' replication asks for.</param>
    /// <param name="topics">The topics it has; null for all of the engine's.</param>
    /// <exception cref="ServerFailedException">librdkafka refuses.</exception>
    /// <exception cref="DllNotFoundException">librdkafka is not installed (Debian: <c>librdkafka1</c>).</exception>
    public KafkaMockCluster(int brokers = 3, IEnumerable<KafkaTopic>? topics = null)
    {
        LibrdkafkaLoader.Register(typeof(KafkaMockCluster).Assembly);
        Brokers = brokers;
        Span<byte> error = stackalloc byte[512];
        nint configuration = Librdkafka.NewConfiguration();
        // Warnings and worse: the client that carries the cluster would otherwise complain that it has no servers to connect to.
        _ = Librdkafka.Configure(configuration, "log_level", "4", error, (nuint)error.Length);
        // The brokers' sockets take it from this client: without it a reply that follows another waits 40 ms for the delayed acknowledgement, which no real broker lets happen.
        _ = Librdkafka.Configure(configuration, "socket.nagle.disable", "true", error, (nuint)error.Length);
        _client = Librdkafka.NewClient(Librdkafka.ProducerType, configuration, error, (nuint)error.Length);
        if (_client == nint.Zero)
        {
            throw new ServerFailedException($"librdkafka made no client: {Encoding.UTF8.GetString(error).TrimEnd('\0')}");
        }
        _cluster = Librdkafka.NewCluster(_client, brokers);
        if (_cluster == nint.Zero)
        {
            Librdkafka.DestroyClient(_client);
            throw new ServerFailedException("librdkafka made no mock cluster.");
        }
        BootstrapServers = Marshal.PtrToStringUTF8(Librdkafka.Bootstraps(_cluster))!;
        foreach (KafkaTopic topic in topics ?? KafkaTopics.All)
        {
            CreateTopic(topic.Name, topic.Partitions, Math.Min(topic.ReplicationFactor, (short)brokers));
        }
    }

    /// <summary>How many brokers there are.</summary>
    public int Brokers { get; }

    /// <summary><c>host:port,host:port,…</c>, one for each broker.</summary>
    public string BootstrapServers { get; }

    /// <summary>Makes a topic beside those of the engine.</summary>
    /// <exception cref="ServerFailedException">It exists already, or the numbers make no sense.</exception>
    public void CreateTopic(string name, int partitions, int replicationFactor = 1) =>
        Check(Librdkafka.CreateTopic(Handle, name, partitions, replicationFactor), $"create topic {name}");

    /// <summary>Cuts the broker's connections and refuses new ones until <see cref="SetBrokerUp"/>. Its messages and offsets stay.</summary>
    public void SetBrokerDown(int broker) => Check(Librdkafka.SetBrokerDown(Handle, broker), $"take broker {broker} down");

    /// <summary>Lets the broker listen again, on the same port.</summary>
    public void SetBrokerUp(int broker) => Check(Librdkafka.SetBrokerUp(Handle, broker), $"bring broker {broker} up");

    /// <summary>
    /// Delays every reply of the broker. The request has taken effect by then, so a delay beyond the client's time-out is how messages get written
    /// twice. Zero ends it.
    /// </summary>
    public void SetRtt(int broker, TimeSpan delay) =>
        Check(Librdkafka.SetBrokerRtt(Handle, broker, (int)delay.TotalMilliseconds), $"delay broker {broker}");

    /// <summary>
    /// The next requests of this kind, to any broker, are answered with these errors, one each, and have no effect; <see cref="ErrorCode.NoError"/> lets
    /// one through, <see cref="Disconnect"/> cuts the connection.
    /// </summary>
    public void PushRequestErrors(KafkaApi api, params ReadOnlySpan<ErrorCode> errors)
    {
        int[] codes = new int[errors.Length];
        for (int i = 0; i < errors.Length; i++)
        {
            codes[i] = (int)errors[i];
        }
        Librdkafka.PushRequestErrors(Handle, (short)api, (nuint)codes.Length, codes);
    }

    /// <summary>The next request of this kind to one broker is answered with this error, this late. <see cref="ErrorCode.NoError"/> only delays; it takes effect before the delay.</summary>
    public void PushRequestError(int broker, KafkaApi api, ErrorCode error, TimeSpan delay) =>
        Check(Librdkafka.PushRequestErrorRtt(Handle, broker, (short)api, 1, (int)error, (int)delay.TotalMilliseconds), $"push an error to broker {broker}");

    /// <summary>Errors pushed to one broker with <see cref="PushRequestError"/> that no request has met yet: what is missing has fired.</summary>
    public int RequestErrorsLeft(int broker, KafkaApi api)
    {
        Check(Librdkafka.CountRequestErrors(Handle, broker, (short)api, out nuint count), $"count the errors of broker {broker}");
        return (int)count;
    }

    /// <summary>Makes another broker lead a partition; clients of the old one are told "not leader" and look for the new one.</summary>
    public void SetPartitionLeader(string topic, int partition, int broker) =>
        Check(Librdkafka.SetLeader(Handle, topic, partition, broker), $"make broker {broker} lead {topic}/{partition}");

    /// <summary>Makes another broker coordinate a consumer group; its members are told "not coordinator" and join anew.</summary>
    public void SetCoordinator(string group, int broker) =>
        Check(Librdkafka.SetCoordinator(Handle, "group", group, broker), $"make broker {broker} coordinate {group}");

    /// <summary>Forgets the errors that <see cref="PushRequestErrors"/> left for this kind of request.</summary>
    public void ClearRequestErrors(KafkaApi api) => Librdkafka.ClearRequestErrors(Handle, (short)api);

    /// <summary>Ends all brokers; whatever they held is gone.</summary>
    public void Dispose()
    {
        if (_cluster != nint.Zero)
        {
            Librdkafka.DestroyCluster(_cluster);
            Librdkafka.DestroyClient(_client);
            (_cluster, _client) = (nint.Zero, nint.Zero);
        }
    }

    private nint Handle => _cluster != nint.Zero ? _cluster : throw new ObjectDisposedException(nameof(KafkaMockCluster));

    private static void Check(int error, string what)
    {
        if (error != Librdkafka.NoError)
        {
            throw new ServerFailedException($"The mock cluster could not {what}: {(ErrorCode)error}.");
        }
    }
}
