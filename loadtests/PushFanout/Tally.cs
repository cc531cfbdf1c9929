using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.PushFanout;

/// <summary>What the clients of one measurement were given. Thread-safe.</summary>
internal sealed class Tally
{
    private long _received, _repeated, _disordered, _closed;
    private Goal? _goal;

    /// <summary>From when a message was due until its last byte was read.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Messages, each counted once for each of its receivers.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Messages that a receiver had already been given.</summary>
    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Messages whose sequence number did not follow the one before.</summary>
    public long Disordered => Volatile.Read(ref _disordered);

    /// <summary>Connections that ended without being asked to.</summary>
    public long Closed => Volatile.Read(ref _closed);

    public void AddRepeated() => Interlocked.Increment(ref _repeated);

    public void AddDisordered() => Interlocked.Increment(ref _disordered);

    public void AddClosed() => Interlocked.Increment(ref _closed);

    public void AddReceived(TimeSpan latency)
    {
        Latency.Record(latency);
        long received = Interlocked.Increment(ref _received);
        if (Volatile.Read(ref _goal) is { } goal && received >= goal.Count)
        {
            goal.Reached.TrySetResult();
        }
    }

    /// <summary>Waits until so many have been received. One caller at a time.</summary>
    /// <returns>False when they have not come within the limit.</returns>
    public async Task<bool> WaitAsync(long count, TimeSpan limit)
    {
        if (Received >= count)
        {
            return true;
        }

        Goal goal = new(count, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Volatile.Write(ref _goal, goal);
        // A message may have come between the look and the write, and nobody told it of the goal.
        Interlocked.MemoryBarrier();
        if (Received >= count)
        {
            return true;
        }

        try
        {
            await goal.Reached.Task.WaitAsync(limit);
            return true;
        }
        catch (TimeoutException)
        {
            return Received >= count;
        }
    }

    private sealed record Goal(long Count, TaskCompletionSource Reached);
}
