using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Confluent.Kafka;
using Seckill.Core.Messaging;

namespace Seckill.Core.DeadLetters;

/// <summary>Reads messages of <see cref="KafkaTopics.DeadLetters"/> and <see cref="KafkaTopics.Unroutable"/>. Whatever a message holds, a letter comes of it: there is nowhere else to put it aside to.</summary>
internal static class DeadLetterReader
{
    private static readonly HashSet<string> Added =
    [
        MessageHeaders.Error, MessageHeaders.Cause, MessageHeaders.Stack, MessageHeaders.Origin, MessageHeaders.FailedAt, MessageHeaders.FirstFailure,
        MessageHeaders.Attempt, MessageHeaders.DueAt,
    ];

    /// <summary>Reads one message; its id is 0 until it is stored.</summary>
    public static DeadLetter Read(ConsumeResult<byte[]?, byte[]> consumed, DateTimeOffset now)
    {
        Headers headers = consumed.Message.Headers;
        string topic = consumed.Topic == KafkaTopics.Unroutable.Name ? DeadLetterStore.Unroutable : DeadLetterStore.DeadLetters;
        ReservationMessage? reservation = ReservationCodec.Decode(consumed.Message).Message;
        string place = string.Create(CultureInfo.InvariantCulture, $"{consumed.Topic}/{consumed.Partition.Value}/{consumed.Offset.Value}");
        return new DeadLetter(
            0, topic, DeadLetterStatus.Open, Text(headers, MessageHeaders.Type, 128) ?? "none",
            Text(headers, MessageHeaders.Cause, 64) ?? (topic == DeadLetterStore.Unroutable ? "unroutable" : "unknown"),
            Text(headers, MessageHeaders.Error, MessageHeaders.MaxError) ?? string.Empty, Text(headers, MessageHeaders.Stack, MessageHeaders.MaxStack),
            Text(headers, MessageHeaders.TraceParent, 128),
            int.TryParse(MessageHeaders.Read(headers, MessageHeaders.Attempt), NumberStyles.None, CultureInfo.InvariantCulture, out int attempt) ? attempt : 1,
            Text(headers, MessageHeaders.Origin, 255) ?? place,
            reservation?.OrderId, reservation?.SaleId, reservation?.SkuId, reservation?.UserId,
            Time(headers, MessageHeaders.FirstFailure), Time(headers, MessageHeaders.FailedAt) ?? now, Note: null,
            new DeadMessage(consumed.Message.Key, consumed.Message.Value ?? [], [.. MessageHeaders.All(headers).Where(header => !Added.Contains(header.Key))]));
    }

    /// <summary>The same for a message that was put aside twice, which a crash before the offsets makes; another for each message, also where a new broker counts its offsets from 0 again.</summary>
    public static byte[] Fingerprint(DeadLetter letter) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes($"{letter.Topic}\n{letter.Origin}\n"), .. letter.Message.Value]);

    private static string? Text(Headers headers, string name, int most) =>
        MessageHeaders.Read(headers, name) is { } text ? text.Length <= most ? text : text[..most] : null;

    private static DateTimeOffset? Time(Headers headers, string name) =>
        DateTimeOffset.TryParse(MessageHeaders.Read(headers, name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
        && time.Year is > 2000 and < 2200
            ? time
            : null;
}
