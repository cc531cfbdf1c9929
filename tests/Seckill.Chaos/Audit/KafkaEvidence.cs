using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Seckill.Core.Messaging;

namespace Seckill.Chaos.Audit;

/// <summary>Reads the cluster with a plain consumer: what the intake has not finished, and what was put aside.</summary>
internal static class KafkaEvidence
{
    private const string Group = "seckill.order-intake";
    private const string Topic = "seckill.reservations";

    private static readonly string[] AsideTopics = ["seckill.dead-letters", "seckill.unroutable"];
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <exception cref="KafkaException">The cluster does not answer.</exception>
    public static (long Lag, IReadOnlyList<DeadLetter> Aside) Read(string bootstrap)
    {
        using IConsumer<byte[]?, byte[]?> consumer = Open(bootstrap);
        using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        long lag = Partitions(admin, Topic).Sum(partition => LagOf(consumer, partition));
        return (lag, [.. AsideTopics.SelectMany(topic => Records(consumer, Partitions(admin, topic)))]);
    }

    /// <summary>How many messages about a sale stand in Kafka more than once: by order id, counted beyond the first.</summary>
    public static int CountRepeated(string bootstrap, string saleId)
    {
        using IConsumer<byte[]?, byte[]?> consumer = Open(bootstrap);
        using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        string[] orders =
        [
            .. Records(consumer, Partitions(admin, Topic))
                .Select(record => JsonDocument.Parse(record.Value).RootElement)
                .Where(message => message.GetProperty("saleId").ToString() == saleId)
                .Select(message => message.GetProperty("orderId").ToString()),
        ];
        return orders.Length - orders.Distinct().Count();
    }

    private static IConsumer<byte[]?, byte[]?> Open(string bootstrap)
    {
        LibrdkafkaLoader.Register();
        return new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = Group,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 10,
            AllowAutoCreateTopics = false,
        })
            .SetLogHandler((_, _) => { })
            .SetErrorHandler((_, _) => { })
            .Build();
    }

    private static TopicPartition[] Partitions(IAdminClient admin, string topic) =>
        [.. admin.GetMetadata(topic, Timeout).Topics.Single().Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))];

    private static long LagOf(IConsumer<byte[]?, byte[]?> consumer, TopicPartition partition)
    {
        WatermarkOffsets ends = consumer.QueryWatermarkOffsets(partition, Timeout);
        long committed = consumer.Committed([partition], Timeout)[0].Offset.Value;
        return ends.High.Value - Math.Max(committed, ends.Low.Value);
    }

    private static List<DeadLetter> Records(IConsumer<byte[]?, byte[]?> consumer, TopicPartition[] partitions)
    {
        List<DeadLetter> read = [];
        TopicPartition[] filled = [.. partitions.Where(partition => consumer.QueryWatermarkOffsets(partition, Timeout) is { } ends && ends.High.Value > ends.Low.Value)];
        if (filled.Length == 0)
        {
            return read;
        }

        consumer.Assign(filled.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        for (int ended = 0; ended < filled.Length;)
        {
            ConsumeResult<byte[]?, byte[]?> consumed = consumer.Consume(Timeout) ?? throw new KafkaException(ErrorCode.Local_TimedOut);
            if (consumed.IsPartitionEOF)
            {
                ended++;
                continue;
            }

            read.Add(new DeadLetter(
                consumed.Topic, consumed.Message.Headers.TryGetLastBytes("error", out byte[] error) ? Encoding.UTF8.GetString(error) : "no reason",
                Encoding.UTF8.GetString(consumed.Message.Value ?? [])));
        }

        consumer.Unassign();
        return read;
    }
}
