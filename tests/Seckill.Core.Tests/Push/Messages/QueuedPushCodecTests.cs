using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Push;
using Seckill.Core.Push.Messages;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Push.Messages;

public sealed class QueuedPushCodecTests
{
    private static readonly DateTimeOffset At = new(2026, 5, 1, 10, 0, 0, 123, TimeSpan.Zero);

    public static TheoryData<string> Receivers => ["alice", "sale:77", "*", "a.b@c|d+e-f_g"];

    [Theory]
    [MemberData(nameof(Receivers))]
    public void AMessage_SurvivesTheRecord_KeyedByItsReceiver(string to)
    {
        PushReceiver.TryParse(to, out PushReceiver receiver).ShouldBeTrue();
        QueuedPush push = Notice(receiver) with { Priority = PushPriority.High, PayloadJson = Encoding.UTF8.GetBytes("""{"severity":"warning","title":"<b> ü 😀 \" \\"}""") };

        KafkaRecord record = QueuedPushCodec.Encode(push);
        (QueuedPush? read, string? fault) = QueuedPushCodec.Decode(Consumed(record));

        fault.ShouldBeNull();
        (record.Topic, Encoding.UTF8.GetString(record.Key!)).ShouldBe(("seckill.push", to));
        record.Headers.ShouldBe([new("type", "push.v1")]);
        (read! with { PayloadJson = default }).ShouldBe(push with { PayloadJson = default });
        JsonElement.DeepEquals(JsonElement.Parse(read.PayloadJson.Span), JsonElement.Parse(push.PayloadJson.Span)).ShouldBeTrue();
    }

    [Fact]
    public void ATrace_TravelsAlong()
    {
        using Activity trace = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();

        QueuedPushCodec.Encode(Notice(PushReceiver.All)).Headers.ShouldContain(new KeyValuePair<string, string>("traceparent", trace.Id!));
    }

    /// <summary>Whoever can write to Kafka can neither speak for the engine nor put into a mailbox what clients do not expect.</summary>
    [Theory]
    [InlineData("id", "\"184467440737:order.created\"", "id")]
    [InlineData("id", "\"op:\"", "id")]
    [InlineData("id", "\"op:with space\"", "id")]
    [InlineData("id", "null", "id")]
    [InlineData("type", "\"order.created\"", "type")]
    [InlineData("type", "\"sale.stock\"", "type")]
    [InlineData("type", "\"none\"", "type")]
    [InlineData("type", "\"chat.message\"", "payload")]
    [InlineData("to", "\"bob\"", "key")]
    [InlineData("to", "\"sale:0\"", "receiver")]
    [InlineData("to", "\"room:7\"", "receiver")]
    [InlineData("to", "\"\"", "receiver")]
    [InlineData("to", "null", "receiver")]
    [InlineData("priority", "\"urgent\"", "priority")]
    [InlineData("ttl", "0", "ttl")]
    [InlineData("ttl", "86401", "ttl")]
    [InlineData("ttl", "99999999999", "not a push")]
    [InlineData("ttl", "\"60\"", "not a push")]
    [InlineData("at", "\"yesterday\"", "not a push")]
    [InlineData("by", "\"\"", "nobody")]
    [InlineData("payload", "{}", "payload of notice")]
    [InlineData("payload", "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]", "not a push")]
    [InlineData("payload", "{\"severity\":\"info\",\"title\":\"x\",\"title\":\"y\"}", "not a push")]
    public void WhatIsNotOurs_IsRefused_WithTheReason(string member, string value, string reason)
    {
        KafkaRecord record = QueuedPushCodec.Encode(Notice(PushReceiver.Of(new UserId("alice"))));
        string text = Encoding.UTF8.GetString(record.Value);
        string before = JsonElement.Parse(text).GetProperty(member).GetRawText();
        string changed = text.Replace($"\"{member}\":{before}", $"\"{member}\":{value}", StringComparison.Ordinal);
        changed.ShouldNotBe(text);

        (QueuedPush? push, string? fault) = QueuedPushCodec.Decode(Consumed(record with { Value = Encoding.UTF8.GetBytes(changed) }));

        push.ShouldBeNull();
        fault.ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public void AChatMessage_GoesToUsersOnly()
    {
        byte[] payload = QueuedPushCodec.Compact(ChatEnvelope.Complete(JsonDocument.Parse("""{"senderId":"bob","content":"hi"}""").RootElement, new UserId("alice"), At));
        QueuedPush chat = Notice(PushReceiver.Of(new UserId("alice"))) with { Type = PushMessageTypes.ChatMessage, PayloadJson = payload };

        QueuedPushCodec.Decode(Consumed(QueuedPushCodec.Encode(chat))).Fault.ShouldBeNull();
        QueuedPushCodec.Decode(Consumed(QueuedPushCodec.Encode(chat with { To = PushReceiver.All }))).Fault.ShouldNotBeNull().ShouldContain("receiver");
        QueuedPushCodec.Decode(Consumed(QueuedPushCodec.Encode(chat with { To = PushReceiver.Of(new SaleId(7)) }))).Fault.ShouldNotBeNull().ShouldContain("receiver");
    }

    [Fact]
    public void WithoutItsType_OrOfAnother_OrOfAnotherSize_ItIsRefused()
    {
        KafkaRecord record = QueuedPushCodec.Encode(Notice(PushReceiver.All));

        QueuedPushCodec.Decode(Consumed(record with { Headers = [] })).Fault.ShouldBe("no type header");
        QueuedPushCodec.Decode(Consumed(record with { Headers = [new("type", "push.v2")] })).Fault.ShouldBe("unknown type 'push.v2'");
        QueuedPushCodec.Decode(Consumed(record with { Value = [] })).Fault.ShouldNotBeNull().ShouldContain("0 bytes");
        QueuedPushCodec.Decode(Consumed(record with { Value = new byte[QueuedPushCodec.MaxBytes + 1] })).Fault.ShouldNotBeNull().ShouldContain("bytes");
        QueuedPushCodec.Decode(Consumed(record with { Key = null })).Fault.ShouldBe("the key is not the receiver");
    }

    [Fact]
    public void TheLargestMessage_FitsTheBound()
    {
        // The longest of everything; the payload is as large as its schema lets it become, or as a mailbox takes.
        string text = new('\u4e00', 2_000);
        byte[] payload = Encoding.UTF8.GetBytes($$"""{"severity":"warning","title":"{{new string('\u4e00', 200)}}","text":"{{text}}","link":"https://{{new string('x', 500)}}"}""");
        payload.Length.ShouldBeLessThan(PushEnvelope.MaxPayloadBytes);
        UserId longest = new(new string('u', 64));
        QueuedPush push = Notice(PushReceiver.Of(longest)) with { Id = QueuedPush.IdPrefix + new string('i', QueuedPush.MaxGivenIdLength), By = longest, Ttl = QueuedPush.MaxTtl, PayloadJson = payload };

        KafkaRecord record = QueuedPushCodec.Encode(push);

        QueuedPushCodec.Decode(Consumed(record)).Fault.ShouldBeNull();
        (record.Value.Length - payload.Length + PushEnvelope.MaxPayloadBytes).ShouldBeLessThanOrEqualTo(QueuedPushCodec.MaxBytes);
        push.Id.Length.ShouldBeLessThanOrEqualTo(PushEnvelope.MaxIdLength);
    }

    [Theory]
    [InlineData("""{"senderId":"bob","content":"hi"}""", "text", "alice", "normal", 86_400)]
    [InlineData("""{"type":"sticker","senderId":"bob","content":"7","receiverId":"alice","metadata":{"ttl":60}}""", "sticker", "alice", "normal", 60)]
    [InlineData("""{"senderId":"bob","content":"hi","metadata":{"priority":"high","ttl":5.0}}""", "text", "alice", "high", 5)]
    public void AChatEnvelope_IsCompleted_AndItsMetadataAreTheMailboxs(string given, string type, string receiver, string priority, int ttl)
    {
        JsonElement chat = ChatEnvelope.Complete(JsonDocument.Parse(given).RootElement, new UserId("alice"), At);

        PushMessageTypes.ChatMessage.Schema.Check(chat).ShouldBeEmpty();
        (chat.GetProperty("type").GetString(), chat.GetProperty("receiverId").GetString()).ShouldBe((type, receiver));
        chat.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(At);
        ChatEnvelope.MetadataOf(chat).ShouldBe((QueuedPushCodec.PriorityOf(priority)!.Value, TimeSpan.FromSeconds(ttl)));
    }

    [Theory]
    [InlineData("""{"content":"hi"}""")]
    [InlineData("""{"senderId":"bob"}""")]
    [InlineData("""{"senderId":"bob","content":""}""")]
    [InlineData("""{"senderId":"b b","content":"hi"}""")]
    [InlineData("""{"senderId":"bob","content":"hi","metadata":[]}""")]
    [InlineData("""{"senderId":"bob","content":"hi","metadata":{"ttl":86401}}""")]
    [InlineData("""{"senderId":"bob","content":"hi","metadata":{"colour":1}}""")]
    [InlineData("""{"senderId":"bob","content":"hi","extra":1}""")]
    [InlineData("""{"senderId":"bob","content":"hi","timestamp":7}""")]
    public void WhatCompletionCannotMend_TheSchemaRefuses(string given) =>
        PushMessageTypes.ChatMessage.Schema.Check(ChatEnvelope.Complete(JsonDocument.Parse(given).RootElement, new UserId("alice"), At)).ShouldNotBeEmpty();

    private static QueuedPush Notice(PushReceiver to) => new(
        "op:n-1", PushMessageTypes.Notice, to, PushPriority.Normal, TimeSpan.FromMinutes(5), At, new UserId("boss"), Encoding.UTF8.GetBytes("""{"severity":"info","title":"Hello"}"""));

    private static Message<byte[]?, byte[]> Consumed(KafkaRecord record) => new() { Key = record.Key, Value = record.Value, Headers = MessageHeaders.Of(record.Headers) };
}
