using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Messaging;
using Seckill.LoadTests.Target;

namespace Seckill.LoadTests.Audit;

/// <summary>Reads the order topic from its beginning, with a consumer of its own that joins no group and commits nothing. The calls block.</summary>
/// <remarks>
/// Bounded: the partitions are read up to where they ended when the reading began, for <paramref name="longest"/> at most; <see cref="MaxOrders"/> orders are kept, and librdkafka fetches 64 MiB ahead.
/// What a bound cuts off, or the broker has dropped, is named in <see cref="KafkaEvidence.Gap"/>.
/// </remarks>
/// <param name="bootstrap">The brokers.</param>
/// <param name="longest">Longest reading; null: 30 s, in which a laptop reads millions of messages.</param>
/// <param name="time">The clock.</param>
public sealed class OrderTopicReader(string bootstrap, TimeSpan? longest, TimeProvider time)
{
    /// <summary>Orders of one SKU that are kept, some 100 MB.</summary>
    public const int MaxOrders = 1_000_000;

    private const string Name = "seckill-load-audit";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly TimeSpan _longest = longest ?? TimeSpan.FromSeconds(30);
    private readonly KafkaClients _clients = new(Options.Create(new Connections { Kafka = bootstrap }), Options.Create(new MessagingOptions()), Options.Create(new KafkaSecurityOptions()), NullLogger<KafkaClients>.Instance);

    /// <summary>Notes where the partitions end. Taken before a sale is made, it tells later what the broker may have dropped of it.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public OrderTopicMarks Mark()
    {
        using IConsumer<byte[]?, byte[]> consumer = _clients.BuildReader(Name, Name);
        return new OrderTopicMarks(Partitions(consumer).ToDictionary(partition => partition.Partition.Value, partition => consumer.QueryWatermarkOffsets(partition, Timeout).High.Value));
    }

    /// <summary>Reads what the topic holds about a sale's SKU. Brokers that do not answer are a gap.</summary>
    /// <param name="sale">The sale.</param>
    /// <param name="marks">Taken before the sale was made.</param>
    public KafkaEvidence Read(SaleUnderLoad sale, OrderTopicMarks marks)
    {
        try
        {
            using IConsumer<byte[]?, byte[]> consumer = _clients.BuildReader(Name, Name);
            Dictionary<int, PartitionReading> partitions = Partitions(consumer).ToDictionary(
                partition => partition.Partition.Value, partition => new PartitionReading(partition, consumer.QueryWatermarkOffsets(partition, Timeout), marks[partition.Partition.Value]));
            return Read(consumer, partitions, sale);
        }
        catch (KafkaException fault)
        {
            return KafkaEvidence.Nothing($"Kafka was not read to its end: {fault.Error.Reason}");
        }
    }

    private KafkaEvidence Read(IConsumer<byte[]?, byte[]> consumer, Dictionary<int, PartitionReading> partitions, SaleUnderLoad sale)
    {
        Dictionary<KafkaOrder, int> copies = [];
        long unreadable = 0;
        bool isFull = false;
        long begun = time.GetTimestamp();
        consumer.Assign(partitions.Values.Where(one => one.Left > 0).Select(one => new TopicPartitionOffset(one.Partition, one.Next)));
        while (partitions.Values.Any(one => one.Left > 0) && _longest - time.GetElapsedTime(begun) is { Ticks: > 0 } patience && consumer.Consume(patience) is { } consumed)
        {
            PartitionReading partition = partitions[consumed.Partition.Value];
            partition.Advance(consumed.Offset.Value);
            (ReservationMessage? message, _) = ReservationCodec.Decode(consumed.Message);
            if (message is null)
            {
                unreadable += partition.IsOfTheRun(consumed.Offset.Value) ? 1 : 0;
            }
            else if (message.SaleId == sale.Sale && message.SkuId == sale.Sku)
            {
                KafkaOrder order = new(message.OrderId, message.UserId);
                if (copies.TryGetValue(order, out int before) || copies.Count < MaxOrders)
                {
                    copies[order] = before + 1;
                }
                else
                {
                    isFull = true;
                }
            }
        }

        return new KafkaEvidence(copies, unreadable, Gap([.. partitions.Values], isFull));
    }

    private string? Gap(PartitionReading[] partitions, bool isFull)
    {
        List<string> gaps = [];
        if (partitions.Sum(one => one.Gone) is > 0 and long gone)
        {
            gaps.Add($"{gone:N0} messages were dropped by the broker before they were read");
        }

        if (partitions.Count(one => one.HasForgotten) is > 0 and int forgotten)
        {
            gaps.Add($"{forgotten} partitions began anew during the run");
        }

        if (partitions.Sum(one => one.Left) is > 0 and long left)
        {
            gaps.Add($"{left:N0} messages were not read within {_longest.TotalSeconds:0} s");
        }

        if (isFull)
        {
            gaps.Add($"more than {MaxOrders:N0} orders stand there");
        }

        return gaps.Count == 0 ? null : string.Join("; ", gaps);
    }

    // As many as the broker has: a topic with more than it should have must not hide some.
    private static TopicPartition[] Partitions(IConsumer<byte[]?, byte[]> consumer)
    {
        using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        TopicMetadata topic = admin.GetMetadata(KafkaTopics.Reservations.Name, Timeout).Topics.Single();
        return topic.Error.IsError ? throw new KafkaException(topic.Error) : [.. topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId))];
    }
}
