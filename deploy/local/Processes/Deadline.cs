using System.Diagnostics;

namespace Seckill.Local.Processes;

/// <summary>Polls until something is true.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(25);

    /// <summary>Asks again and again.</summary>
    /// <returns>False when the answer was still no after <paramref name="limit"/>.</returns>
    public static async Task<bool> PollAsync(TimeSpan limit, Func<CancellationToken, Task<bool>> condition, CancellationToken stop = default)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await condition(stop))
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                return false;
            }
            await Task.Delay(Interval, stop);
        }
        return true;
    }
}
