using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using FsCheck.Fluent;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Messaging;

public sealed class ReservationCodecTests
{
    [Fact]
    public void AnyReservation_SurvivesTheRecord() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int, int, int>((user, order, number) =>
        {
            ReservationMessage message = Reservation($"user-{(uint)user}", (uint)order) with
            {
                Slot = number & 0xFF,
                Bucket = number & 0xF,
                Epoch = number & int.MaxValue,
                Version = (long)(number & int.MaxValue) << 20,
            };
            return ReservationCodec.Decode(Consumed(ReservationCodec.Encode(message))) == (message, null);
        }));

    [Fact]
    public void TheRecord_IsKeyedByUser_TypedAndInCamelCase()
    {
        KafkaRecord record = ReservationCodec.Encode(Reservation("alice"));

        record.Topic.ShouldBe("seckill.reservations");
        Encoding.UTF8.GetString(record.Key!).ShouldBe("alice");
        record.Headers.ShouldBe([new("type", "reservation.v1")]);
        JsonNode.Parse(record.Value)!.AsObject().Select(member => member.Key)
            .ShouldBe(["orderId", "saleId", "skuId", "bucket", "userId", "slot", "epoch", "version", "reservedAt"]);
    }

    [Fact]
    public void ATrace_TravelsAlong()
    {
        using Activity trace = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start();

        ReservationCodec.Encode(Reservation("alice")).Headers.ShouldContain(new KeyValuePair<string, string>("traceparent", trace.Id!));
    }

    [Fact]
    public void TheWaySoFar_TravelsInHeaders_AndItsOwnTraceGoesBeforeTheCurrentOne()
    {
        using Activity batch = new Activity("batch") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start();
        ReservationTrail trail = new() { DecidedMs = 1_780_000_000_400, TakenMs = 1_780_000_000_500, TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };
        Message<byte[]?, byte[]> message = Consumed(ReservationCodec.Encode(Reservation("alice") with { Trail = trail }));
        message.Timestamp = new Timestamp(1_780_000_000_600, TimestampType.CreateTime);

        ReservationCodec.Decode(message, DateTimeOffset.FromUnixTimeMilliseconds(1_780_000_000_700)).Message!.Trail.ShouldBe(trail with { ProducedMs = 1_780_000_000_600, ReceivedMs = 1_780_000_000_700 });
    }

    [Theory]
    [InlineData("steps", "")]
    [InlineData("steps", "1")]
    [InlineData("steps", "x 2")]
    [InlineData("steps", "1 2 3")]
    [InlineData("steps", "-1 2")]
    [InlineData("steps", "9223372036854775807 99999999999999999999")]
    [InlineData("traceparent", "01")]
    [InlineData("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")]
    public void WhatAStrangerWritesOfTheWay_IsPassedOver(string header, string value)
    {
        Message<byte[]?, byte[]> message = Consumed(ReservationCodec.Encode(Reservation("alice")));
        message.Headers.Add(header, Encoding.UTF8.GetBytes(value));
        message.Timestamp = new Timestamp(long.MaxValue / 2, TimestampType.CreateTime);

        ReservationCodec.Decode(message).Message!.Trail.ShouldBe(default);
    }

    [Fact]
    public void WithoutItsType_OrOfAnother_ItIsRefused_AndTheReasonIsBounded()
    {
        byte[] value = ReservationCodec.Encode(Reservation("alice")).Value;

        Fault(value, type: null).ShouldBe("no type header");
        Fault(value, type: "reservation.v2").ShouldBe("unknown type 'reservation.v2'");
        Fault(value, type: new string('x', 5_000)).Length.ShouldBeLessThan(100);
    }

    [Fact]
    public void AValueOfAnotherSizeOrShape_IsRefused()
    {
        Fault(null).ShouldContain("0 bytes");
        Fault([]).ShouldContain("0 bytes");
        Fault(new byte[ReservationCodec.MaxBytes + 1]).ShouldContain("4097 bytes");
        Fault("null"u8.ToArray()).ShouldBe("value is null");
        Fault("[]"u8.ToArray()).ShouldContain("not a reservation");
        Fault("{"u8.ToArray()).ShouldContain("not a reservation");
        Fault([0xFF, 0xFE]).ShouldContain("not a reservation");
    }

    [Fact]
    public void AMissingOrNullMember_IsRefused_WhicheverItIs()
    {
        JsonObject whole = JsonNode.Parse(ReservationCodec.Encode(Reservation("alice")).Value)!.AsObject();
        whole.Count.ShouldBe(9);
        foreach (string member in whole.Select(pair => pair.Key))
        {
            Changed(json => json.Remove(member)).ShouldNotBeNull(member);
            Changed(json => json[member] = null).ShouldNotBeNull(member);
        }
    }

    [Theory]
    [InlineData("orderId", "\"0\"")]
    [InlineData("orderId", "42")]
    [InlineData("saleId", "\"-1\"")]
    [InlineData("skuId", "\"\"")]
    [InlineData("skuId", "\"a b\"")]
    [InlineData("userId", "\"\"")]
    [InlineData("userId", "\"a:b\"")]
    [InlineData("slot", "-1")]
    [InlineData("slot", "2147483648")]
    [InlineData("bucket", "-1")]
    [InlineData("epoch", "-1")]
    [InlineData("version", "-1")]
    [InlineData("version", "1.5")]
    [InlineData("reservedAt", "\"yesterday\"")]
    [InlineData("reservedAt", "\"2024-12-31T23:59:59Z\"")]
    [InlineData("reservedAt", "\"2125-01-01T00:00:01Z\"")]
    public void AMemberOutOfRange_IsRefused(string member, string json) =>
        Changed(reservation => reservation[member] = JsonNode.Parse(json)).ShouldNotBeNull();

    [Fact]
    public void AnOrderIdOfAnotherUsersShard_IsRefused()
    {
        UserShard.Of(new UserId("alice")).ShouldNotBe(UserShard.Of(new UserId("bob")));

        Changed(reservation => reservation["userId"] = "bob").ShouldNotBeNull().ShouldContain("shard");
    }

    [Fact]
    public void AMemberOfALaterWriter_IsPassedOver() => Changed(reservation => reservation["note"] = "new").ShouldBeNull();

    private static string? Changed(Action<JsonObject> change)
    {
        JsonObject json = JsonNode.Parse(ReservationCodec.Encode(Reservation("alice")).Value)!.AsObject();
        change(json);
        (ReservationMessage? message, string? fault) = Decode(Encoding.UTF8.GetBytes(json.ToJsonString()), ReservationMessage.Type);
        (message is null).ShouldBe(fault is not null);
        return fault;
    }

    private static string Fault(byte[]? value, string? type = ReservationMessage.Type)
    {
        (ReservationMessage? message, string? fault) = Decode(value, type);
        message.ShouldBeNull();
        return fault.ShouldNotBeNull();
    }

    private static (ReservationMessage? Message, string? Fault) Decode(byte[]? value, string? type) =>
        ReservationCodec.Decode(new Message<byte[]?, byte[]>
        {
            Key = "alice"u8.ToArray(),
            Value = value!,
            Headers = type is null ? null : new Headers { { MessageHeaders.Type, Encoding.UTF8.GetBytes(type) } },
        });

    private static Message<byte[]?, byte[]> Consumed(KafkaRecord record)
    {
        Headers headers = [];
        foreach ((string name, string value) in record.Headers)
        {
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        }

        return new Message<byte[]?, byte[]> { Key = record.Key, Value = record.Value, Headers = headers };
    }

    private static ReservationMessage Reservation(string user, uint order = 7)
    {
        int shard = UserShard.Of(new UserId(user));
        return new(
            new OrderId(((order + 1L) << 15) | ((long)shard << 9)), new SaleId(5), new SkuId("phone"), 0, new UserId(user), 0, 1, 2,
            new DateTimeOffset(2026, 11, 11, 0, 0, 0, 123, TimeSpan.Zero));
    }
}
