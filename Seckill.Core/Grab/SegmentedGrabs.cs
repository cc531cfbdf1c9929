using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Grab;

/// <summary>Grabs of segmented SKUs: a grab that finds its bucket empty waits for units from the pool or from the other buckets, and hears "sold out" only when the whole SKU is.</summary>
/// <remarks>
/// Thread-safe. It stands before the coalescer, so that SKUs of one bucket pay nothing for it. A bucket that has answered "sold out" has certainly reserved nothing under that order id: it may be
/// asked again as if for the first time. Bounds: <see cref="GrabOptions.MaxWait"/> for the searches of each grab, <see cref="GrabOptions.MaxWaiting"/> for those of a bucket that wait; past either, overloaded.
/// </remarks>
public sealed class SegmentedGrabs(GrabCoalescer coalescer, ChunkMover mover, SoldOutBoard board, IOptions<GrabOptions> options, TimeProvider time)
{
    private static readonly TimeSpan RetryUnavailable = TimeSpan.FromSeconds(1);
    private static readonly GrabResult Overloaded = new(GrabOutcome.Overloaded, RetryAfter: RetryUnavailable);

    // After a search that lost every race: long enough for the winners to finish.
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentDictionary<StockBucket, RefillDesk> _desks = new();
    private readonly TimeSpan _maxWait = options.Value.MaxWait;
    private readonly int _maxWaiting = options.Value.MaxWaiting;

    /// <summary>Grabs from the user's bucket, and brings units there when it has none.</summary>
    /// <returns>As <see cref="GrabCoalescer.GrabAsync"/>. Sold out is said of the whole SKU, at a moment after the grab came.</returns>
    public async Task<GrabResult> GrabAsync(StockSegments segments, StockBucket bucket, StockGrab grab)
    {
        long startedAt = time.GetTimestamp();
        while (true)
        {
            GrabResult result = await coalescer.GrabAsync(bucket, grab, isFinal: false);
            if (result.Outcome is not GrabOutcome.SoldOut)
            {
                return result;
            }

            RefillDesk desk = _desks.GetOrAdd(bucket, static (bucket, state) => new RefillDesk(() => state.Mover.RefillAsync(state.Segments, bucket.Index)), (Mover: mover, Segments: segments));
            TimeSpan left = _maxWait - time.GetElapsedTime(startedAt);
            if (desk.Waiting >= _maxWaiting || left <= TimeSpan.Zero)
            {
                return Overloaded;
            }

            RefillOutcome outcome;
            try
            {
                outcome = await desk.AskAsync().WaitAsync(left, time);
            }
            catch (TimeoutException)
            {
                return Overloaded; // The search goes on, for whoever comes.
            }

            switch (outcome)
            {
                case RefillOutcome.SoldOut:
                    board.Notice(bucket, lastUnitWent: false);
                    return result;
                case RefillOutcome.Unavailable:
                    return new GrabResult(GrabOutcome.StockUnavailable, RetryAfter: RetryUnavailable);
                case RefillOutcome.Fenced:
                    return new GrabResult(GrabOutcome.Fenced, RetryAfter: RetryUnavailable);
                case RefillOutcome.Busy:
                    await Task.Delay(BusyPause, time);
                    break;
            }
        }
    }

    /// <summary>Forgets buckets that are no longer wanted.</summary>
    public void Forget(Func<StockBucket, bool> isWanted)
    {
        foreach ((StockBucket bucket, RefillDesk desk) in _desks)
        {
            if (!isWanted(bucket) && desk.Waiting == 0)
            {
                _desks.TryRemove(bucket, out _);
            }
        }
    }
}
