using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>Which partitions this consumer owns, and since which assignment. Used by the consumer's loop and, inside its polls, by its rebalance callbacks: one thread at a time.</summary>
/// <remarks>
/// A partition that went away and came back is a new tenancy: another worker may have stored offsets in between, and a batch of the old
/// tenancy must not move them back (F13).
/// </remarks>
internal sealed class PartitionTenancies
{
    private readonly Dictionary<TopicPartition, long> _tenancies = [];
    private long _last;

    /// <summary>How many partitions are owned.</summary>
    public int Count => _tenancies.Count;

    public void Assigned(IEnumerable<TopicPartition> partitions)
    {
        foreach (TopicPartition partition in partitions)
        {
            _tenancies[partition] = ++_last;
        }
    }

    public void Gone(IEnumerable<TopicPartitionOffset> partitions)
    {
        foreach (TopicPartitionOffset partition in partitions)
        {
            _tenancies.Remove(partition.TopicPartition);
        }
    }

    /// <summary>The tenancy under which a message of this partition is consumed now; 0 when it is not ours.</summary>
    public long TenancyOf(TopicPartition partition) => _tenancies.GetValueOrDefault(partition);

    /// <summary>The offsets to store after a finished batch: per partition that is still held under the same tenancy, one past its last message.</summary>
    public IReadOnlyList<TopicPartitionOffset> Finished(IReadOnlyList<ConsumedMessage> batch) =>
    [
        .. batch
            .Where(message => message.Tenancy != 0 && message.Tenancy == TenancyOf(message.Consumed.TopicPartition))
            .GroupBy(message => message.Consumed.TopicPartition)
            .Select(group => new TopicPartitionOffset(group.Key, group.Max(message => message.Consumed.Offset.Value) + 1)),
    ];
}
