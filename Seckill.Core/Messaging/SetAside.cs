using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>Makes the records by which a message that nobody can handle leaves its topic, with the reason; counts and logs it. The message itself stays as it was.</summary>
public static class SetAside
{
    /// <summary>For <see cref="KafkaTopics.Unroutable"/>: unknown type or version, or not to be decoded.</summary>
    /// <param name="consumed">The message.</param>
    /// <param name="fault">The reason, in words.</param>
    /// <param name="now">When it was given up.</param>
    /// <param name="log">The consumer's log.</param>
    public static KafkaRecord Unroutable(ConsumeResult<byte[]?, byte[]> consumed, string fault, DateTimeOffset now, ILogger log)
    {
        log.MessageUnroutable(OriginOf(consumed), fault);
        MessagingMetrics.Unroutable.Add(1, new KeyValuePair<string, object?>("topic", consumed.Topic));
        return new KafkaRecord(KafkaTopics.Unroutable.Name, consumed.Message.Key, consumed.Message.Value ?? [],
        [
            .. MessageHeaders.All(consumed.Message.Headers),
            new(MessageHeaders.Error, fault),
            new(MessageHeaders.Origin, OriginOf(consumed)),
            new(MessageHeaders.FailedAt, now.ToString("O", CultureInfo.InvariantCulture)),
        ]);
    }

    /// <summary>Where a message stood: <c>topic/partition/offset</c>.</summary>
    public static string OriginOf(ConsumeResult<byte[]?, byte[]> consumed) =>
        string.Create(CultureInfo.InvariantCulture, $"{consumed.Topic}/{consumed.Partition.Value}/{consumed.Offset.Value}");
}
