using System.Globalization;

namespace Seckill.Ops.Kafka;

/// <summary>Where offsets are to go.</summary>
/// <param name="Kind">Which of the four.</param>
/// <param name="Number">The offset, for <see cref="OffsetTargetKind.Offset"/>.</param>
/// <param name="At">The time, for <see cref="OffsetTargetKind.Timestamp"/>.</param>
internal readonly record struct OffsetTarget(OffsetTargetKind Kind, long Number = 0, DateTimeOffset At = default)
{
    /// <summary>Reads <c>earliest</c>, <c>latest</c>, an offset, or a time such as <c>2026-11-22T10:00:00Z</c> (UTC when it names no zone).</summary>
    public static bool TryParse(string text, out OffsetTarget target)
    {
        target = text switch
        {
            "earliest" => new OffsetTarget(OffsetTargetKind.Earliest),
            "latest" => new OffsetTarget(OffsetTargetKind.Latest),
            _ when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) => new OffsetTarget(OffsetTargetKind.Offset, number),
            _ when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) => new OffsetTarget(OffsetTargetKind.Timestamp, At: at),
            _ => default,
        };
        return target.Kind is not OffsetTargetKind.None;
    }
}
