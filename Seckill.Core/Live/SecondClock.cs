namespace Seckill.Core.Live;

/// <summary>Names the seconds that a loop of one turn a second accounts for. Not thread-safe.</summary>
/// <remarks>
/// A loop whose turns fall about the edge of a second would name one second twice and leave the next one empty, and a chart would show teeth that are not there. So a turn takes the second
/// after the last one's while that is near the truth, and the clock's own only when the loop was held up.
/// </remarks>
internal sealed class SecondClock(TimeProvider time)
{
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(1.5);

    private long _last;

    /// <summary>The second of this turn, Unix time.</summary>
    public long Next()
    {
        DateTimeOffset now = time.GetUtcNow();
        long next = _last + 1;
        return _last = (now - DateTimeOffset.FromUnixTimeSeconds(next)).Duration() < Near ? next : now.ToUnixTimeSeconds();
    }
}
