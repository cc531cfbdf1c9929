using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Locking;

/// <summary>Runs a job on one node at a time: whoever holds the job's lock. The others stand by and take over when it is given back or runs out. Thread-safe.</summary>
public sealed class SingleRunner(Redlock redlock, ILogger<SingleRunner> log)
{
    /// <summary>Waits for the lock, runs the job while it is held, and begins anew whenever it was lost. Returns when the job ends by itself.</summary>
    /// <param name="resource">The lock, as for <see cref="Redlock.AcquireAsync"/>.</param>
    /// <param name="job">
    /// Usually an endless loop. Its writes carry the token; its cancellation fires when the lock is lost or the host stops, and it must then come back soon: nothing else
    /// keeps it from running beside its successor.
    /// </param>
    /// <param name="stop">The host stops.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public async Task RunAsync(string resource, Func<FencingToken, CancellationToken, Task> job, CancellationToken stop)
    {
        while (true)
        {
            await using HeldLock held = await redlock.AcquireAsync(resource, stop);
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop, held.Lost);
            try
            {
                await job(held.Token, end.Token);
                return;
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                // Lost: stand by until it is our turn again.
            }
            catch (StaleHolderException stale)
            {
                log.StaleHolder(stale.Token.Resource, stale.Token.Value, stale.Highest);
            }
        }
    }
}
