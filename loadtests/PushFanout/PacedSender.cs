using System.Diagnostics;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.PushFanout;

/// <summary>Sends messages at a rate that nothing moves: the instant of each is fixed before the first, and what is due goes out in one call.</summary>
internal static class PacedSender
{
    private const int MaxBatch = 64;

    /// <summary>Sends all; returns when every call has been answered.</summary>
    /// <param name="load">The rate and how long.</param>
    /// <param name="send">Sends what is due, given as timestamps of <see cref="Stopwatch"/>. Its part before the first wait runs in order.</param>
    /// <param name="isOverloaded">Asked before each call: true ends the sending early.</param>
    /// <param name="stop">Ends it, too.</param>
    /// <returns>True when the whole load was sent.</returns>
    public static async Task<bool> RunAsync(LoadSimulation.Inject load, Func<IReadOnlyList<long>, Task> send, Func<bool> isOverloaded, CancellationToken stop)
    {
        List<Task> calls = [];
        // A thread of its own, as in OpenModelRunner: a pool that is busy with receiving cannot hold the schedule back.
        bool isWhole = await Task.Factory.StartNew(
            () => Dispatch(load, due => calls.Add(send(due)), isOverloaded, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(calls);
        return isWhole;
    }

    private static bool Dispatch(LoadSimulation.Inject load, Action<IReadOnlyList<long>> send, Func<bool> isOverloaded, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        List<long> due = [];
        foreach (TimeSpan offset in ArrivalSchedule.Of(load))
        {
            long at = start + (long)(offset.TotalSeconds * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < at || due.Count == MaxBatch)
            {
                if (due.Count > 0)
                {
                    send([.. due]);
                    due.Clear();
                }
                else if (stop.WaitHandle.WaitOne(millisecondsTimeout: 1) || isOverloaded())
                {
                    return false;
                }
            }

            if (isOverloaded())
            {
                return false;
            }

            due.Add(at);
        }

        send([.. due]);
        return true;
    }
}
