using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;

namespace Seckill.Core.Payments;

/// <summary>The delays that payment deadlines can have, and their messages. Each delay has a topic of its own (<see cref="KafkaTopics.DeadlineTiers"/>), so that a topic is ordered by due time.</summary>
public static class PaymentDeadlines
{
    private const int MaxBytes = 4_096;

    /// <summary>10 s (tests and demonstrations), 1, 5, 15 and 30 minutes.</summary>
    public static IReadOnlyList<TimeSpan> Tiers { get; } = [.. KafkaTopics.DeadlineTiers.Select(tier => tier.Delay)];

    /// <summary>Makes the messages of orders' deadlines: one for all that are due at the same moment, as those of one intake transaction are, as far as a message takes them.</summary>
    /// <param name="orders">The orders and when they are due.</param>
    /// <param name="window">The tier.</param>
    public static IEnumerable<KafkaRecord> Encode(IEnumerable<(OrderId Order, DateTimeOffset PayBy)> orders, TimeSpan window)
    {
        DelayedTopic tier = KafkaTopics.DeadlineTiers.First(one => one.Delay == window);
        return orders.GroupBy(one => one.PayBy, one => one.Order)
            .SelectMany(due => due.Chunk(DeadlineMessage.MaxOrders), (due, some) => tier.Postpone(Record(tier, some), due.Key - tier.Delay));
    }

    /// <summary>Reads a message: its orders, or null and the reason why there are none.</summary>
    public static (IReadOnlyList<OrderId>? Orders, string? Fault) Decode(Message<byte[]?, byte[]> message)
    {
        string? type = MessageHeaders.Read(message.Headers, MessageHeaders.Type);
        if (type != DeadlineMessage.Type)
        {
            return (null, type is null ? "no type header" : $"unknown type '{(type.Length > 64 ? type[..64] : type)}'");
        }

        if (message.Value is not { Length: > 0 and <= MaxBytes } value)
        {
            return (null, $"value has {message.Value?.Length ?? 0} bytes, not 1 to {MaxBytes}");
        }

        try
        {
            return JsonSerializer.Deserialize(value, PaymentJson.Default.DeadlineMessage) switch
            {
                null => (null, "value is null"),
                { OrderIds.Count: 0 or > DeadlineMessage.MaxOrders } wrong => (null, $"{wrong.OrderIds.Count} orders, not 1 to {DeadlineMessage.MaxOrders}"),
                { } read => (read.OrderIds, null),
            };
        }
        catch (JsonException fault)
        {
            return (null, $"value is not a deadline: {fault.Message}");
        }
    }
    private static KafkaRecord Record(DelayedTopic tier, OrderId[] orders) => new(
        tier.Topic.Name, Encoding.UTF8.GetBytes(orders[0].ToString()), JsonSerializer.SerializeToUtf8Bytes(new DeadlineMessage(orders), PaymentJson.Default.DeadlineMessage),
        [new(MessageHeaders.Type, DeadlineMessage.Type)]);
}
