namespace Seckill.Core.Ids;

/// <summary>Reads the wall clock and notices when it has stepped back, by the monotonic clock: that one says what the wall clock ought to show.</summary>
/// <remarks>
/// Thread-safe, lock-free. What counts is the highest time that was ever read, not the highest that an id carries: ids that run ahead in a burst are not a clock that went back.
/// A step back that was slept through (the clock shows more than it ever did) is none that anybody could notice.
/// </remarks>
internal sealed class ClockWatch(TimeProvider time)
{
    private Reading _highest = new(long.MinValue, 0);

    /// <summary>Reads the clock.</summary>
    /// <param name="behindMs">How far the clock is behind where it ought to be; 0 when it has not stepped back.</param>
    /// <returns>Unix ms.</returns>
    public long Read(out long behindMs)
    {
        // In this order: a pause between the lines makes the clock look late, never early.
        Reading highest = Volatile.Read(ref _highest);
        long timestamp = time.GetTimestamp();
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (nowMs >= highest.UnixMs)
        {
            if (nowMs > highest.UnixMs)
            {
                // Whoever comes second has lost against a reading that is as good.
                Interlocked.CompareExchange(ref _highest, new Reading(nowMs, timestamp), highest);
            }

            behindMs = 0;
            return nowMs;
        }

        behindMs = highest.UnixMs + (long)time.GetElapsedTime(highest.Timestamp, timestamp).TotalMilliseconds - nowMs;
        return nowMs;
    }

    private sealed record Reading(long UnixMs, long Timestamp);
}
