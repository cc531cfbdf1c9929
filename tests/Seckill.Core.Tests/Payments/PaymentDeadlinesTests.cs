using System.Text;
using Confluent.Kafka;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Payments;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Payments;

public sealed class PaymentDeadlinesTests
{
    private static readonly DateTimeOffset PayBy = new(2026, 3, 1, 10, 15, 0, 123, TimeSpan.Zero);

    [Fact]
    public void EveryTier_HasATopicOfItsDelay_AndTheMessageIsDueWhenTheOrdersAre()
    {
        foreach (TimeSpan tier in PaymentDeadlines.Tiers)
        {
            KafkaRecord record = PaymentDeadlines.Encode([(new OrderId(77), PayBy), (new OrderId(78), PayBy)], tier).ShouldHaveSingleItem();

            KafkaTopics.All.ShouldContain(topic => topic.Name == record.Topic);
            record.Headers.ShouldContain(new KeyValuePair<string, string>(MessageHeaders.DueAt, PayBy.ToUnixTimeMilliseconds().ToString()));
            PaymentDeadlines.Decode(Message(record)).Orders.ShouldBe([new OrderId(77), new OrderId(78)]);
        }
    }

    [Fact]
    public void OrdersOfOtherMoments_AndMoreThanOneMessageTakes_GoIntoMessagesOfTheirOwn()
    {
        OrderId[] many = [.. Enumerable.Range(0, DeadlineMessage.MaxOrders + 1).Select(i => new OrderId(long.MaxValue - i))];
        OrderId late = new(77);

        KafkaRecord[] records = [.. PaymentDeadlines.Encode([.. many.Select(order => (order, PayBy)), (late, PayBy.AddMilliseconds(1))], PaymentDeadlines.Tiers[0])];

        records.Select(record => PaymentDeadlines.Decode(Message(record)).Orders).ShouldBe(
            [many[..DeadlineMessage.MaxOrders], many[DeadlineMessage.MaxOrders..], [late]], "the longest ids fit as well");
        records[2].Headers.ShouldContain(new KeyValuePair<string, string>(MessageHeaders.DueAt, PayBy.AddMilliseconds(1).ToUnixTimeMilliseconds().ToString()));
    }

    [Theory]
    [InlineData("payment-deadline.v2", "{\"orderIds\":[\"7\"]}", "unknown type 'payment-deadline.v2'")]
    [InlineData(DeadlineMessage.Type, "", "value has 0 bytes")]
    [InlineData(DeadlineMessage.Type, "{}", "not a deadline")]
    [InlineData(DeadlineMessage.Type, "null", "value is null")]
    [InlineData(DeadlineMessage.Type, "{\"orderIds\":null}", "not a deadline")]
    [InlineData(DeadlineMessage.Type, "{\"orderIds\":[\"7\",\"-7\"]}", "not a deadline")]
    [InlineData(DeadlineMessage.Type, "{\"orderIds\":[]}", "0 orders, not 1 to")]
    public void WhatCannotBeRead_IsNamed(string type, string value, string fault) => FaultOf(type, value).ShouldContain(fault);

    [Fact]
    public void MoreOrdersThanAMessageTakes_CannotBeRead() => FaultOf(
        DeadlineMessage.Type, $"{{\"orderIds\":[{string.Join(',', Enumerable.Repeat("\"7\"", DeadlineMessage.MaxOrders + 1))}]}}").ShouldContain($"{DeadlineMessage.MaxOrders + 1} orders");

    private static string FaultOf(string type, string value)
    {
        KafkaRecord record = PaymentDeadlines.Encode([(new OrderId(77), PayBy)], PaymentDeadlines.Tiers[0]).Single();
        (IReadOnlyList<OrderId>? orders, string? said) = PaymentDeadlines.Decode(Message(record with { Value = Encoding.UTF8.GetBytes(value), Headers = [new(MessageHeaders.Type, type)] }));
        orders.ShouldBeNull();
        return said.ShouldNotBeNull();
    }

    private static Message<byte[]?, byte[]> Message(KafkaRecord record)
    {
        Message<byte[]?, byte[]> message = new() { Key = record.Key, Value = record.Value, Headers = [] };
        foreach ((string name, string text) in record.Headers)
        {
            message.Headers.Add(name, Encoding.UTF8.GetBytes(text));
        }

        return message;
    }
}
