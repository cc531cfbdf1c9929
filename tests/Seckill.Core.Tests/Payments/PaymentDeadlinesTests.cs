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
    public void EveryTier_HasATopicOfItsDelay_AndTheMessageIsDueWhenTheOrderIs()
    {
        foreach (TimeSpan tier in PaymentDeadlines.Tiers)
        {
            KafkaRecord record = PaymentDeadlines.Encode(new OrderId(77), PayBy, tier);

            KafkaTopics.All.ShouldContain(topic => topic.Name == record.Topic);
            record.Headers.ShouldContain(new KeyValuePair<string, string>(MessageHeaders.DueAt, PayBy.ToUnixTimeMilliseconds().ToString()));
            PaymentDeadlines.Decode(Message(record)).ShouldBe((new OrderId(77), null));
        }
    }

    [Theory]
    [InlineData("payment-deadline.v2", "{\"orderId\":\"7\"}", "unknown type 'payment-deadline.v2'")]
    [InlineData(DeadlineMessage.Type, "", "value has 0 bytes")]
    [InlineData(DeadlineMessage.Type, "{}", "not a deadline")]
    [InlineData(DeadlineMessage.Type, "null", "value is null")]
    [InlineData(DeadlineMessage.Type, "{\"orderId\":\"-7\"}", "not a deadline")]
    public void WhatCannotBeRead_IsNamed(string type, string value, string fault)
    {
        KafkaRecord record = PaymentDeadlines.Encode(new OrderId(77), PayBy, PaymentDeadlines.Tiers[0]);

        (OrderId? order, string? said) = PaymentDeadlines.Decode(Message(record with { Value = Encoding.UTF8.GetBytes(value), Headers = [new(MessageHeaders.Type, type)] }));

        order.ShouldBeNull();
        said.ShouldNotBeNull().ShouldContain(fault);
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
