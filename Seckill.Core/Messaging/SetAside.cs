using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>
/// Makes the records by which a message leaves its topic unhandled: for a while (<see cref="Later"/>) or until an operator decides. Key, value and headers go along as they
/// were, the trace among them, within bounds; what happened is added as headers.
/// </summary>
/// <remarks>
/// The bounds hold for what others put into our topics: a copy with headers added may be larger than a broker takes though the original was not, and a message that can neither be handled
/// nor put aside would hold up its partition for good.
/// </remarks>
public static class SetAside
{
    /// <summary>Most bytes of a value that go along: 256 KiB, sixty times what a message of ours may have. A longer one is cut, and <see cref="MessageHeaders.CutFrom"/> says from what.</summary>
    public const int MaxValue = 256 * 1024;

    /// <summary>Most bytes of a key that go along: 1 KiB.</summary>
    public const int MaxKey = 1_024;

    /// <summary>Most headers that go along, and most characters of each.</summary>
    public const int MaxHeaders = 32, MaxHeader = MessageHeaders.MaxStack;

    private static readonly IReadOnlyList<DelayedTopic> Tiers = KafkaTopics.RetryTiers;

    /// <summary>Attempts that a message is given: one where it arrived, and one after each tier.</summary>
    public static int MaxAttempts => Tiers.Count + 1;

    /// <summary>For <see cref="KafkaTopics.Unroutable"/>: unknown type or version, or not to be decoded. Counted and logged.</summary>
    /// <param name="consumed">The message.</param>
    /// <param name="fault">The reason, in words.</param>
    /// <param name="now">When it was given up.</param>
    /// <param name="log">The consumer's log.</param>
    public static KafkaRecord Unroutable(ConsumeResult<byte[]?, byte[]> consumed, string fault, DateTimeOffset now, ILogger log)
    {
        log.MessageUnroutable(PlaceOf(consumed), fault);
        MessagingMetrics.Unroutable.Add(1, new KeyValuePair<string, object?>("topic", consumed.Topic));
        return Record(KafkaTopics.Unroutable.Name, consumed,
        [
            new(MessageHeaders.Error, Cut(fault, MessageHeaders.MaxError)), new(MessageHeaders.Origin, OriginOf(consumed)), new(MessageHeaders.FailedAt, Text(now)),
        ]);
    }

    /// <summary>For the next retry tier: the attempt failed for a reason of this message's that may pass. Counted.</summary>
    /// <param name="consumed">The message.</param>
    /// <param name="fault">The reason, in words.</param>
    /// <param name="now">When the attempt failed.</param>
    /// <returns>Null when every tier has been tried: then it is a dead letter.</returns>
    public static KafkaRecord? Later(ConsumeResult<byte[]?, byte[]> consumed, string fault, DateTimeOffset now)
    {
        int attempt = AttemptOf(consumed);
        if (attempt >= MaxAttempts)
        {
            return null;
        }

        DelayedTopic tier = Tiers[attempt - 1];
        MessagingMetrics.Retried.Add(1, new KeyValuePair<string, object?>("tier", tier.Topic.Name));
        KafkaRecord record = Record(tier.Topic.Name, consumed,
        [
            new(MessageHeaders.Attempt, (attempt + 1).ToString(CultureInfo.InvariantCulture)), new(MessageHeaders.FirstFailure, FirstFailureOf(consumed, now)),
            new(MessageHeaders.Error, Cut(fault, MessageHeaders.MaxError)), new(MessageHeaders.Origin, OriginOf(consumed)),
        ]);
        return tier.Postpone(record, now);
    }

    /// <summary>For <see cref="KafkaTopics.DeadLetters"/>: no attempt can succeed, or none did. Counted.</summary>
    /// <param name="consumed">The message.</param>
    /// <param name="cause">A permanent text, see <see cref="MessageHeaders.Cause"/>.</param>
    /// <param name="fault">The exception that told of it; null when a check of ours did.</param>
    /// <param name="now">When it was given up.</param>
    public static KafkaRecord DeadLetter(ConsumeResult<byte[]?, byte[]> consumed, string cause, Exception? fault, DateTimeOffset now)
    {
        MessagingMetrics.DeadLetters.Add(1, new KeyValuePair<string, object?>("cause", cause));
        List<KeyValuePair<string, string>> set =
        [
            new(MessageHeaders.Cause, cause), new(MessageHeaders.Error, Cut(fault?.Message ?? cause, MessageHeaders.MaxError)),
            new(MessageHeaders.Attempt, AttemptOf(consumed).ToString(CultureInfo.InvariantCulture)), new(MessageHeaders.FirstFailure, FirstFailureOf(consumed, now)),
            new(MessageHeaders.Origin, OriginOf(consumed)), new(MessageHeaders.FailedAt, Text(now)),
        ];
        if (fault is not null)
        {
            set.Add(new(MessageHeaders.Stack, Cut(fault.ToString(), MessageHeaders.MaxStack)));
        }

        return Record(KafkaTopics.DeadLetters.Name, consumed, set);
    }

    /// <summary>Which attempt handling this message is, from 1.</summary>
    internal static int AttemptOf(ConsumeResult<byte[]?, byte[]> consumed) =>
        int.TryParse(MessageHeaders.Read(consumed.Message.Headers, MessageHeaders.Attempt), NumberStyles.None, CultureInfo.InvariantCulture, out int attempt) && attempt > 0
            ? attempt
            : 1;

    private static KafkaRecord Record(string topic, ConsumeResult<byte[]?, byte[]> consumed, IReadOnlyList<KeyValuePair<string, string>> set)
    {
        byte[] value = consumed.Message.Value ?? [];
        if (value.Length > MaxValue)
        {
            set = [.. set, new(MessageHeaders.CutFrom, value.Length.ToString(CultureInfo.InvariantCulture))];
        }

        IEnumerable<KeyValuePair<string, string>> kept = MessageHeaders.All(consumed.Message.Headers)
            .Where(header => header.Key.Length <= MaxKey && header.Value.Length <= MaxHeader && set.All(one => one.Key != header.Key))
            .Take(MaxHeaders);
        return new KafkaRecord(topic, Cut(consumed.Message.Key, MaxKey), Cut(value, MaxValue)!, [.. kept, .. set]);
    }

    private static byte[]? Cut(byte[]? bytes, int length) => bytes is null || bytes.Length <= length ? bytes : bytes[..length];

    // Where it stood first: a message that has been through the tiers keeps it.
    private static string OriginOf(ConsumeResult<byte[]?, byte[]> consumed) =>
        MessageHeaders.Read(consumed.Message.Headers, MessageHeaders.Origin) ?? PlaceOf(consumed);

    private static string PlaceOf(ConsumeResult<byte[]?, byte[]> consumed) =>
        string.Create(CultureInfo.InvariantCulture, $"{consumed.Topic}/{consumed.Partition.Value}/{consumed.Offset.Value}");

    private static string FirstFailureOf(ConsumeResult<byte[]?, byte[]> consumed, DateTimeOffset now) =>
        MessageHeaders.Read(consumed.Message.Headers, MessageHeaders.FirstFailure) ?? Text(now);

    private static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
