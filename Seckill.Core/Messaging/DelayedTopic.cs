using System.Globalization;

namespace Seckill.Core.Messaging;

/// <summary>A topic whose messages all wait equally long, so that each partition is ordered by due time and its head tells when there is work.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Delay">How long each message waits. Permanent: another delay is another topic.</param>
public sealed record DelayedTopic(KafkaTopic Topic, TimeSpan Delay)
{
    /// <summary>How much further ahead than <see cref="Delay"/> a due time may lie: producers' clocks differ a little. What lies beyond would hold up everything behind it.</summary>
    public static readonly TimeSpan MaxClockDifference = TimeSpan.FromMinutes(1);

    // The engine did not run before; whatever claims to be due then has no sensible due time.
    private static readonly DateTimeOffset Earliest = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Makes a record of this topic that is due <see cref="Delay"/> after <paramref name="now"/>; key, value and the other headers are those of <paramref name="record"/>.</summary>
    public KafkaRecord Postpone(KafkaRecord record, DateTimeOffset now) => record with
    {
        Topic = Topic.Name,
        Headers =
        [
            .. record.Headers.Where(header => header.Key != MessageHeaders.DueAt),
            new(MessageHeaders.DueAt, (now + Delay).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)),
        ],
    };

    /// <summary>Reads when a message is due.</summary>
    /// <param name="header">Its <see cref="MessageHeaders.DueAt"/>; null when it has none.</param>
    /// <param name="now">The reader's clock.</param>
    /// <returns>The due time, or null and the reason why there is no sensible one.</returns>
    internal (DateTimeOffset? DueAt, string? Fault) ReadDueAt(string? header, DateTimeOffset now)
    {
        if (header is null)
        {
            return (null, "no due-at header");
        }

        DateTimeOffset latest = now + Delay + MaxClockDifference;
        return long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out long unixMs)
            && unixMs >= Earliest.ToUnixTimeMilliseconds() && unixMs <= latest.ToUnixTimeMilliseconds()
                ? (DateTimeOffset.FromUnixTimeMilliseconds(unixMs), null)
                : (null, $"due-at '{(header.Length > 32 ? header[..32] : header)}' is no time until {Delay.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s from now");
    }
}
