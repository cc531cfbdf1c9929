using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Seckill.Core.Messaging;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Messaging;

public sealed class DelayedQueueTests
{
    private static readonly DelayedTopic Topic = KafkaTopics.RetryTiers[1];
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DelayedQueue _queue = new(KafkaTopics.RetryTiers, lookAhead: 4);

    [Fact]
    public void AMessage_IsTakenAtItsDueTimeAndNotAMillisecondBefore()
    {
        Add(partition: 0, offset: 0, dueInMs: 5_000);

        _queue.NextDue().ShouldBe(Now.AddMilliseconds(5_000));
        _queue.TakeDue(Now.AddMilliseconds(4_999), max: 10).ShouldBeEmpty();
        _queue.TakeDue(Now.AddMilliseconds(5_000), max: 10).ShouldHaveSingleItem().Fault.ShouldBeNull();
        _queue.NextDue().ShouldBeNull();
    }

    [Fact]
    public void AClockThatIsBehind_MakesTheNextOneLateButNeverEarlyAndNeverOutOfOrder()
    {
        Add(partition: 0, offset: 0, dueInMs: 3_000);
        Add(partition: 0, offset: 1, dueInMs: 2_000);

        _queue.TakeDue(Now.AddMilliseconds(2_999), max: 10).ShouldBeEmpty();
        _queue.TakeDue(Now.AddMilliseconds(3_000), max: 10).Select(OffsetOf).ShouldBe([0, 1]);
    }

    [Fact]
    public void TheBound_IsSharedByThePartitions()
    {
        for (int i = 0; i < 4; i++)
        {
            Add(partition: 0, offset: i, dueInMs: 0);
        }

        Add(partition: 1, offset: 9, dueInMs: 0);

        _queue.TakeDue(Now, max: 3).Select(OffsetOf).ShouldBe([0, 9, 1]);
        _queue.TakeDue(Now, max: 3).Select(OffsetOf).ShouldBe([2, 3]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("12")]
    [InlineData("99999999999999999999")]
    [InlineData("9223372036854775807")]
    public void ADueTimeThatIsNone_WaitsForNothingAndSaysWhy(string? dueAt)
    {
        _queue.Add(Message(partition: 0, offset: 0, dueAt), Now);

        _queue.TakeDue(Now, max: 1).ShouldHaveSingleItem().Fault.ShouldNotBeNull().ShouldContain("due-at");
    }

    [Fact]
    public void ADueTimeBeyondTheTopicsDelay_IsAllowedForDifferingClocksOnly()
    {
        TimeSpan latest = Topic.Delay + DelayedTopic.MaxClockDifference;
        Add(partition: 0, offset: 0, dueInMs: (long)latest.TotalMilliseconds);
        Add(partition: 1, offset: 1, dueInMs: (long)latest.TotalMilliseconds + 1);

        _queue.TakeDue(Now, max: 10).Select(OffsetOf).ShouldBe([1]);
    }

    [Fact]
    public void AFullPartition_IsPausedUntilHalfOfItIsGone()
    {
        for (int i = 0; i < 4; i++)
        {
            _queue.FlowChanges().Pause.ShouldBeEmpty();
            Add(partition: 0, offset: i, dueInMs: i);
        }

        _queue.FlowChanges().Pause.ShouldHaveSingleItem().Partition.Value.ShouldBe(0);
        _queue.FlowChanges().Pause.ShouldBeEmpty("said once");
        _queue.TakeDue(Now, max: 1);
        _queue.FlowChanges().Resume.ShouldBeEmpty();
        _queue.TakeDue(Now.AddSeconds(1), max: 1);
        _queue.FlowChanges().Resume.ShouldHaveSingleItem().Partition.Value.ShouldBe(0);
    }

    [Fact]
    public void APartitionThatIsGone_LeavesNothing_AndOneThatCameBackStartsAfresh()
    {
        Add(partition: 0, offset: 0, dueInMs: 0);
        Add(partition: 1, offset: 0, dueInMs: 0);

        _queue.Forget([new TopicPartition(Topic.Topic.Name, 0)]);
        Add(partition: 1, offset: 7, dueInMs: 0, tenancy: 2);

        _queue.TakeDue(Now, max: 10).Select(OffsetOf).ShouldBe([7]);
    }

    [Fact]
    public void Postponing_ReplacesTheDueTimeAndKeepsTheRest()
    {
        KafkaRecord record = new("origin", [1], [2], [new(MessageHeaders.Type, "t"), new(MessageHeaders.DueAt, "1")]);

        KafkaRecord postponed = Topic.Postpone(record, Now);

        postponed.Topic.ShouldBe("seckill.retry.5s");
        (postponed.Key, postponed.Value).ShouldBe((record.Key, record.Value));
        postponed.Headers.ShouldBe([new(MessageHeaders.Type, "t"), new(MessageHeaders.DueAt, Now.AddSeconds(5).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture))]);
    }

    private void Add(int partition, long offset, long dueInMs, long tenancy = 1) =>
        _queue.Add(Message(partition, offset, (Now.ToUnixTimeMilliseconds() + dueInMs).ToString(CultureInfo.InvariantCulture), tenancy), Now);

    private static ConsumedMessage Message(int partition, long offset, string? dueAt, long tenancy = 1)
    {
        Headers headers = [];
        if (dueAt is not null)
        {
            headers.Add(MessageHeaders.DueAt, Encoding.UTF8.GetBytes(dueAt));
        }

        return new ConsumedMessage(
            new ConsumeResult<byte[]?, byte[]>
            {
                TopicPartitionOffset = new TopicPartitionOffset(Topic.Topic.Name, partition, offset),
                Message = new Message<byte[]?, byte[]> { Value = [], Headers = headers },
            },
            tenancy);
    }

    private static long OffsetOf(DelayedQueue.Held held) => held.Message.Consumed.Offset.Value;
}
