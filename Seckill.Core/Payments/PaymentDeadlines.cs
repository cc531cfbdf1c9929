using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;

namespace Seckill.Core.Payments;

/// <summary>The delays that payment deadlines can have, and their messages. Each delay has a topic of its own (<see cref="KafkaTopics.DeadlineTiers"/>), so that a topic is ordered by due time.</summary>
public static class PaymentDeadlines
{
    private const int MaxBytes = 256;

    /// <summary>10 s (tests and demonstrations), 1, 5, 15 and 30 minutes.</summary>
    public static IReadOnlyList<TimeSpan> Tiers { get; } = [.. KafkaTopics.DeadlineTiers.Select(tier => tier.Delay)];

    /// <summary>Makes the message of one order's deadline.</summary>
    /// <param name="order">The order.</param>
    /// <param name="payBy">When it is due.</param>
    /// <param name="window">The tier.</param>
    public static KafkaRecord Encode(OrderId order, DateTimeOffset payBy, TimeSpan window)
    {
        DelayedTopic tier = KafkaTopics.DeadlineTiers.First(one => one.Delay == window);
        KafkaRecord record = new(
            tier.Topic.Name, Encoding.UTF8.GetBytes(order.ToString()), JsonSerializer.SerializeToUtf8Bytes(new DeadlineMessage(order), PaymentJson.Default.DeadlineMessage),
            [new(MessageHeaders.Type, DeadlineMessage.Type)]);
        return tier.Postpone(record, payBy - tier.Delay);
    }

    /// <summary>Reads a message: the order, or null and the reason why there is none.</summary>
    public static (OrderId? Order, string? Fault) Decode(Message<byte[]?, byte[]> message)
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
            return JsonSerializer.Deserialize(value, PaymentJson.Default.DeadlineMessage) is { } read ? (read.OrderId, null) : (null, "value is null");
        }
        catch (JsonException fault)
        {
            return (null, $"value is not a deadline: {fault.Message}");
        }
    }
}
