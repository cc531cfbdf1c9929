using Confluent.Kafka;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>Measures how many reservations Kafka holds that are not finished: committed offsets against the ends of all partitions, of the intake's group and of the retries'.</summary>
/// <remarks>
/// A reservation that waits in a retry tier is as much on its way as one that was never read. Of the groups, but never subscribed: it reads offsets and takes no partition. One caller at a
/// time; the calls block.
/// </remarks>
internal sealed class IntakeLag(KafkaClients clients, string clientId) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private static readonly TopicPartition[] Partitions = [.. PartitionsOf(KafkaTopics.Reservations)];
    private static readonly TopicPartition[] RetryPartitions = [.. KafkaTopics.RetryTiers.SelectMany(tier => PartitionsOf(tier.Topic))];

    private readonly Lazy<IConsumer<byte[]?, byte[]>> _intake = new(() => clients.BuildReader(clientId, OrderIntake.Group));
    private readonly Lazy<IConsumer<byte[]?, byte[]>> _retries = new(() => clients.BuildReader(clientId, ReservationRetries.Group));

    /// <summary>Messages that are not finished. In the direction in which they move: what goes on meanwhile is counted twice rather than not at all.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public long Measure() => MeasureIntake() + Measure(_retries.Value, RetryPartitions);

    /// <summary>The same without the retry tiers.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public long MeasureIntake() => Measure(_intake.Value, Partitions);

    public void Dispose()
    {
        foreach (Lazy<IConsumer<byte[]?, byte[]>> consumer in (Lazy<IConsumer<byte[]?, byte[]>>[])[_intake, _retries])
        {
            if (consumer.IsValueCreated)
            {
                consumer.Value.Dispose();
            }
        }
    }

    private static IEnumerable<TopicPartition> PartitionsOf(KafkaTopic topic) => Enumerable.Range(0, topic.Partitions).Select(i => new TopicPartition(topic.Name, i));

    private static long Measure(IConsumer<byte[]?, byte[]> consumer, TopicPartition[] partitions)
    {
        long lag = 0;
        foreach (TopicPartitionOffset committed in consumer.Committed(partitions, Timeout))
        {
            WatermarkOffsets ends = consumer.QueryWatermarkOffsets(committed.TopicPartition, Timeout);
            // Nothing committed (a new group, or a broker that forgot), or committed beyond what a reborn broker holds: all of it is still to do.
            long done = committed.Offset.Value >= 0 && committed.Offset.Value <= ends.High.Value ? Math.Max(committed.Offset.Value, ends.Low.Value) : ends.Low.Value;
            lag += ends.High.Value - done;
        }

        return lag;
    }
}
