using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;

namespace Seckill.Core.Messaging;

/// <summary>Writes reservations into Kafka records and reads them back, with every check that keeps a bad message out of the order tables.</summary>
public static class ReservationCodec
{
    /// <summary>Most bytes of a value we read; ours have about 300.</summary>
    public const int MaxBytes = 4_096;

    // DATETIME holds less than DateTimeOffset does; a time outside our century is a fault of the sender anyway.
    private static readonly DateTimeOffset Earliest = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2125, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Makes the record: keyed by user id, typed, with the reservation's own trace, or else the current one, if there is any.</summary>
    public static KafkaRecord Encode(ReservationMessage message)
    {
        List<KeyValuePair<string, string>> headers = [new(MessageHeaders.Type, ReservationMessage.Type)];
        if ((message.Trail.TraceParent ?? TraceContext.Current) is { } trace)
        {
            headers.Add(new(MessageHeaders.TraceParent, trace));
        }

        if (message.Trail.ToHeader() is { } steps)
        {
            headers.Add(new(MessageHeaders.Steps, steps));
        }

        return new KafkaRecord(
            KafkaTopics.Reservations.Name, Encoding.UTF8.GetBytes(message.UserId.Value),
            JsonSerializer.SerializeToUtf8Bytes(message, MessagingJson.Default.ReservationMessage), headers);
    }

    /// <summary>Reads a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="receivedAt">When the reader had it in hand; default: nobody asks.</param>
    /// <returns>The reservation, or null and the reason why this message can never become one.</returns>
    public static (ReservationMessage? Message, string? Fault) Decode(Message<byte[]?, byte[]> message, DateTimeOffset receivedAt = default)
    {
        string? type = MessageHeaders.Read(message.Headers, MessageHeaders.Type);
        if (type != ReservationMessage.Type)
        {
            return (null, type is null ? "no type header" : $"unknown type '{(type.Length > 64 ? type[..64] : type)}'");
        }

        if (message.Value is not { Length: > 0 and <= MaxBytes } value)
        {
            return (null, $"value has {message.Value?.Length ?? 0} bytes, not 1 to {MaxBytes}");
        }

        try
        {
            ReservationMessage? read = JsonSerializer.Deserialize(value, MessagingJson.Default.ReservationMessage);
            return read is null ? (null, "value is null") : Check(read) is { } fault ? (null, fault) : (read with { Trail = TrailOf(message, receivedAt) }, null);
        }
        catch (JsonException fault)
        {
            return (null, $"value is not a reservation: {fault.Message}");
        }
    }

    private static ReservationTrail TrailOf(Message<byte[]?, byte[]> message, DateTimeOffset receivedAt)
    {
        (long decidedMs, long takenMs) = ReservationTrail.ParseHeader(MessageHeaders.Read(message.Headers, MessageHeaders.Steps));
        string? trace = MessageHeaders.Read(message.Headers, MessageHeaders.TraceParent);
        return new ReservationTrail
        {
            DecidedMs = decidedMs,
            TakenMs = takenMs,
            ProducedMs = message.Timestamp.Type == TimestampType.NotAvailable ? 0 : ReservationTrail.Known(message.Timestamp.UnixTimestampMs),
            ReceivedMs = receivedAt == default ? 0 : receivedAt.ToUnixTimeMilliseconds(),
            TraceParent = TraceContext.IsValid(trace) ? trace : null,
        };
    }

    private static string? Check(ReservationMessage message)
    {
        if (message.OrderId.Value <= 0 || message.SaleId.Value <= 0 || string.IsNullOrEmpty(message.SkuId.Value) || string.IsNullOrEmpty(message.UserId.Value))
        {
            return "an id is missing";
        }

        if (message.Slot < 0 || message.Bucket < 0 || message.Epoch < 0 || message.Version < 0)
        {
            return "slot, bucket, epoch or version is negative";
        }

        if (SnowflakeIds.ShardOf(message.OrderId.Value) != UserShard.Of(message.UserId))
        {
            // It would be written where neither the id nor the user leads.
            return "the order id carries another shard than the user's";
        }

        return message.ReservedAt < Earliest || message.ReservedAt > Latest ? "reservedAt is out of range" : null;
    }
}
