namespace Seckill.Integration.Stock;

/// <summary>Bounds the search for a smaller failing case. On real servers a case takes seconds, and there are thousands: without a bound a failure would look like a hang.</summary>
internal sealed class ShrinkBudget
{
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(1);

    private long? _failedAt;

    /// <summary>Runs a case; once the time is up every further one counts as good, so that the smallest found by then is told.</summary>
    public async Task TryAsync(Func<Task> run)
    {
        if (_failedAt is { } failedAt && TimeProvider.System.GetElapsedTime(failedAt) > Budget)
        {
            return;
        }

        try
        {
            await run();
        }
        catch
        {
            _failedAt ??= TimeProvider.System.GetTimestamp();
            throw;
        }
    }
}
