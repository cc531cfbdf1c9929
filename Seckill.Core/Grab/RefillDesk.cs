using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Grab;

/// <summary>One search at a time for the units of one bucket, however many grabs want it. Thread-safe; the lock is never held across I/O.</summary>
/// <remarks>
/// Who comes while a search is under way waits for the next one: what the first has seen may be older than the question, and "sold out" must be true at a moment after it. So nobody waits for more
/// than two searches.
/// </remarks>
internal sealed class RefillDesk(Func<Task<RefillOutcome>> search)
{
    private readonly Lock _gate = new();
    private Task<RefillOutcome>? _running;
    private Task<RefillOutcome>? _next;
    private int _waiting;

    /// <summary>Grabs that wait for a search.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The outcome of a search that begins after this call.</summary>
    public async Task<RefillOutcome> AskAsync()
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await Join();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private Task<RefillOutcome> Join()
    {
        lock (_gate)
        {
            if (_next is not null)
            {
                return _next; // It has not begun.
            }

            return _running is { IsCompleted: false } running ? _next = BeginAfterAsync(running) : _running = SearchAsync();
        }
    }

    private async Task<RefillOutcome> BeginAfterAsync(Task running)
    {
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<RefillOutcome> mine;
        lock (_gate)
        {
            (_running, _next) = (mine = SearchAsync(), null);
        }

        return await mine;
    }

    // Begins on the pool, never under the lock of whoever asked.
    private async Task<RefillOutcome> SearchAsync()
    {
        await Task.Yield();
        return await search();
    }
}
