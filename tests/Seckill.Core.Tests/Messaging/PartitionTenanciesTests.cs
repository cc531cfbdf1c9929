using Confluent.Kafka;
using Seckill.Core.Messaging;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Messaging;

public sealed class PartitionTenanciesTests
{
    private static readonly TopicPartition One = new("topic", 1);
    private static readonly TopicPartition Two = new("topic", 2);

    private readonly PartitionTenancies _partitions = new();

    [Fact]
    public void AFinishedBatch_StoresOnePastTheLastMessage_OfEachPartition()
    {
        _partitions.Assigned([One, Two]);

        _partitions.Finished([Message(One, 7), Message(Two, 3), Message(One, 9), Message(One, 8)])
            .ShouldBe([new TopicPartitionOffset(One, 10), new TopicPartitionOffset(Two, 4)], ignoreOrder: true);
    }

    [Fact]
    public void APartitionThatWentAway_StoresNothing()
    {
        _partitions.Assigned([One, Two]);
        ConsumedMessage[] batch = [Message(One, 7), Message(Two, 3)];

        _partitions.Gone([new TopicPartitionOffset(One, 7)]);

        _partitions.Count.ShouldBe(1);
        _partitions.TenancyOf(One).ShouldBe(0);
        _partitions.Finished(batch).ShouldBe([new TopicPartitionOffset(Two, 4)]);
    }

    [Fact]
    public void APartitionThatWentAndCameBack_IsNotMovedByTheOldTenancy()
    {
        _partitions.Assigned([One]);
        ConsumedMessage old = Message(One, 7);

        _partitions.Gone([new TopicPartitionOffset(One, 7)]);
        _partitions.Assigned([One]);

        _partitions.Finished([old]).ShouldBeEmpty();
        _partitions.Finished([old, Message(One, 5)]).ShouldBe([new TopicPartitionOffset(One, 6)]);
    }

    [Fact]
    public void AMessageOfNoTenancy_StoresNothing() => _partitions.Finished([Message(One, 7)]).ShouldBeEmpty();

    private ConsumedMessage Message(TopicPartition partition, long offset) =>
        new(new ConsumeResult<byte[]?, byte[]> { TopicPartitionOffset = new TopicPartitionOffset(partition, offset) }, _partitions.TenancyOf(partition));
}
