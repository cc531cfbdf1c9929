using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>Turns single grabs into batched calls, one lane per bucket, and counts how they end. Thread-safe.</summary>
/// <remarks>Each lane is bounded (<see cref="GrabOptions.MaxWaiting"/>); lanes exist only for buckets of the catalog and idle ones leave with their sale.</remarks>
public sealed class GrabCoalescer
{
    private readonly ConcurrentDictionary<StockBucket, BucketLane> _lanes = new();
    private readonly Func<StockBucket, BucketLane> _newLane;

    /// <summary>Made once per process.</summary>
    public GrabCoalescer(StockStore stock, SoldOutBoard board, GrabOutcomes outcomes, IOptions<GrabOptions> options, TimeProvider time, ILogger<GrabCoalescer> log)
        : this(stock.GrabAsync, board.Notice, outcomes, options.Value, time, log)
    {
    }

    internal GrabCoalescer(DecideGrabs decide, SoldOutNotice soldOutNotice, GrabOutcomes outcomes, GrabOptions options, TimeProvider time, ILogger log)
    {
        SeckillMeter.Meter.CreateObservableGauge(
            "seckill.grab.waiting", () => _lanes.Values.Sum(lane => (long)lane.Waiting), "{grab}", "Grabs that wait for a call, over all buckets; each bucket's bound is Seckill:Grab:MaxWaiting.");
        _newLane = bucket => new BucketLane(bucket, decide, soldOutNotice, outcomes, options, time, log);
    }

    /// <summary>Lanes alive, for the gauge.</summary>
    public int LaneCount => _lanes.Count;

    /// <summary>The lanes that have winners to testify to.</summary>
    internal IEnumerable<BucketLane> Witnesses => _lanes.Values.Where(lane => lane.HasWitnessed);

    /// <summary>Sends a grab with the next call of its bucket.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="grab">The grab.</param>
    /// <param name="isFinal">False: the caller may ask again, and counts and notes how it ends.</param>
    /// <returns>Reserved, AlreadyGrabbed, SoldOut, Overloaded, OutboxFull, OutcomeUnknown, StockUnavailable, NotWarmed or Fenced. Never throws.</returns>
    public Task<GrabResult> GrabAsync(StockBucket bucket, StockGrab grab, bool isFinal = true)
    {
        if (!_lanes.TryGetValue(bucket, out BucketLane? lane))
        {
            lane = _lanes.GetOrAdd(bucket, _newLane);
        }

        return lane.GrabAsync(grab, isFinal);
    }

    /// <summary>Lets go of idle lanes that are no longer wanted. What a lane knew of its bucket's version goes with it.</summary>
    public void Forget(Func<StockBucket, bool> isWanted)
    {
        foreach ((StockBucket bucket, BucketLane lane) in _lanes)
        {
            if (!isWanted(bucket) && lane.IsIdle)
            {
                _lanes.TryRemove(bucket, out _);
            }
        }
    }
}
