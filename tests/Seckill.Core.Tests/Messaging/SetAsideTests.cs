using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Messaging;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Messaging;

public sealed class SetAsideTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Later_GoesThroughEveryTierInTurn_AndThenSaysThatNoneIsLeft()
    {
        ConsumeResult<byte[]?, byte[]> message = Message("seckill.reservations", 4, 17, (MessageHeaders.Type, "t.v1"), (MessageHeaders.TraceParent, Trace));
        List<string> topics = [];
        for (DateTimeOffset now = Now; SetAside.Later(message, "not there yet", now) is { } record; now = now.AddMinutes(1))
        {
            topics.Add(record.Topic);
            Dictionary<string, string> headers = record.Headers.ToDictionary();
            headers[MessageHeaders.Attempt].ShouldBe($"{topics.Count + 1}");
            headers[MessageHeaders.FirstFailure].ShouldBe(Now.ToString("O"), "when it failed first");
            headers[MessageHeaders.Origin].ShouldBe("seckill.reservations/4/17", "where it stood first");
            headers[MessageHeaders.TraceParent].ShouldBe(Trace);
            headers[MessageHeaders.Type].ShouldBe("t.v1");
            message = Message(record.Topic, 0, 0, [.. record.Headers.Select(one => (one.Key, one.Value))]);
        }

        topics.ShouldBe(["seckill.retry.1s", "seckill.retry.5s", "seckill.retry.30s"]);
        SetAside.AttemptOf(message).ShouldBe(SetAside.MaxAttempts);
    }

    [Fact]
    public void ADeadLetter_CarriesTheMessageAsItWas_AndEverythingThatHappened()
    {
        ConsumeResult<byte[]?, byte[]> message = Message("seckill.reservations", 4, 17, (MessageHeaders.Type, "t.v1"), (MessageHeaders.TraceParent, Trace));

        KafkaRecord record = SetAside.DeadLetter(message, "invalid-data", Thrown(new string('x', 5_000)), Now);

        record.Topic.ShouldBe("seckill.dead-letters");
        (record.Key, record.Value).ShouldBe((message.Message.Key, message.Message.Value));
        Dictionary<string, string> headers = record.Headers.ToDictionary();
        headers[MessageHeaders.Cause].ShouldBe("invalid-data");
        headers[MessageHeaders.Error].Length.ShouldBe(MessageHeaders.MaxError);
        headers[MessageHeaders.Stack].Length.ShouldBe(MessageHeaders.MaxStack);
        headers[MessageHeaders.Origin].ShouldBe("seckill.reservations/4/17");
        headers[MessageHeaders.Attempt].ShouldBe("1");
        headers[MessageHeaders.FailedAt].ShouldBe(Now.ToString("O"));
        headers[MessageHeaders.TraceParent].ShouldBe(Trace);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("many")]
    public void AnAttemptThatIsNone_CountsAsTheFirst(string attempt) =>
        SetAside.Later(Message("a", 0, 0, (MessageHeaders.Attempt, attempt)), "fault", Now).ShouldNotBeNull().Topic.ShouldBe("seckill.retry.1s");

    [Fact]
    public void AnUnroutableMessage_KeepsItsHeadersAndItsPlace()
    {
        KafkaRecord record = SetAside.Unroutable(Message("seckill.retry.1s", 2, 3, (MessageHeaders.Type, "t.v9")), "unknown type", Now, NullLogger.Instance);

        record.Topic.ShouldBe("seckill.unroutable");
        record.Headers.ShouldBe(
        [
            new(MessageHeaders.Type, "t.v9"), new(MessageHeaders.Error, "unknown type"), new(MessageHeaders.Origin, "seckill.retry.1s/2/3"),
            new(MessageHeaders.FailedAt, Now.ToString("O")),
        ]);
    }

    [Fact]
    public void AMessageThatIsTooLong_IsCutToWhatABrokerTakes_AndSaysFromWhat()
    {
        string noise = new('n', SetAside.MaxHeader + 1);
        ConsumeResult<byte[]?, byte[]> message = Message(
            "seckill.reservations", 0, 5, [(MessageHeaders.Type, "t.v1"), ("noise", noise), .. Enumerable.Range(0, 100).Select(i => ($"h{i}", "short"))]);
        message.Message.Key = new byte[SetAside.MaxKey + 1];
        message.Message.Value = new byte[1_000_000];

        KafkaRecord record = SetAside.Unroutable(message, "undecodable", Now, NullLogger.Instance);

        record.Key!.Length.ShouldBe(SetAside.MaxKey);
        record.Value.Length.ShouldBe(SetAside.MaxValue);
        Dictionary<string, string> headers = record.Headers.ToDictionary();
        headers[MessageHeaders.CutFrom].ShouldBe("1000000");
        headers[MessageHeaders.Error].ShouldBe("undecodable", "what is told of it is never cut away");
        headers[MessageHeaders.Type].ShouldBe("t.v1");
        headers.ShouldNotContainKey("noise");
        headers.Count.ShouldBe(SetAside.MaxHeaders + 4);
    }

    private static Exception Thrown(string text)
    {
        try
        {
            throw new InvalidOperationException(text);
        }
        catch (InvalidOperationException fault)
        {
            return fault;
        }
    }

    private static ConsumeResult<byte[]?, byte[]> Message(string topic, int partition, long offset, params (string Name, string Value)[] headers)
    {
        Headers all = [];
        foreach ((string name, string value) in headers)
        {
            all.Add(name, Encoding.UTF8.GetBytes(value));
        }

        return new ConsumeResult<byte[]?, byte[]>
        {
            TopicPartitionOffset = new TopicPartitionOffset(topic, partition, offset),
            Message = new Message<byte[]?, byte[]> { Key = [7], Value = [1, 2], Headers = all },
        };
    }
}
