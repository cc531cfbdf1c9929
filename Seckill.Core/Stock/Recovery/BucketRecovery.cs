using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Stock.Recovery;

/// <summary>Carries fenced buckets through a recovery: drain, raise the epoch, rebuild, settle testimony, open.</summary>
/// <remarks>
/// Each step asks Redis and MySQL where things stand and does nothing that is done already (docs/recovery.md has the invariant and the crash window of each). So a runner that was
/// killed anywhere is simply followed by another, and two at once do no harm. The order is the point:
/// <list type="number">
/// <item>Fence before drain: only then is what is in the outbox and in Kafka all that will ever come of the former life.</item>
/// <item>Drain before the epoch: what was promised becomes a row while the guard still counts it.</item>
/// <item>Epoch before the rows are read: no transaction of the former life can commit a row that the rebuild has not seen.</item>
/// <item>Swap in one step: there is never a moment with the new stock and the old buyers.</item>
/// <item>Testimony before opening: those who were told come before those who have not asked yet.</item>
/// </list>
/// </remarks>
internal sealed class BucketRecovery(
    StockStore stock, RecoveryStore store, BucketRebuild rebuild, SegmentsRebuild segmented, TestimonyClaims claims, Func<long> measureIntake, FaultPoints faults, IOptions<RecoveryOptions> options, TimeProvider time,
    ILogger<BucketRecovery> log)
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan OpenPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SayAgain = TimeSpan.FromSeconds(10);

    private readonly RecoveryOptions _options = options.Value;

    /// <summary>Recovers the buckets among these that are fenced, and hears late testimony in those that are open.</summary>
    /// <exception cref="StockUnavailableException">Some SKUs were left for the next run, for a node that holds a part of them does not answer; the others have been recovered.</exception>
    public async Task RunAsync(IReadOnlyList<StockBucket> buckets, CancellationToken stop)
    {
        RecoveryRun run = new(buckets, await store.ListAsync(stop));

        // Units move between the parts of a segmented SKU, so none of them can be rebuilt while another goes on: all are closed for the same epoch.
        await run.AllAsync(sku => sku.Segments.IsSegmented ? segmented.CloseAsync(sku.Segments) : Task.CompletedTask);
        await faults.ReachAsync(FaultPoint.AfterFenceBeforeDrain);
        await DrainAsync(run, stop);
        await faults.ReachAsync(FaultPoint.AfterDrainBeforeEpoch);
        IReadOnlyDictionary<StockBucket, GuardedBucket> guards = (await store.ListAsync(stop)).ToDictionary(guarded => guarded.Bucket);
        await run.EachAsync(sku => guards.TryGetValue(sku.Parts[0], out GuardedBucket? guarded)
            ? sku.Segments.IsSegmented ? segmented.RebuildAsync(guarded, stop) : RebuildAsync(guarded, stop)
            : Task.CompletedTask);

        long swappedAt = time.GetTimestamp();
        await faults.ReachAsync(FaultPoint.AfterSwapBeforeOpen);
        await run.EachAsync(sku => OpenAsync(sku, swappedAt, stop));
        await faults.ReachAsync(FaultPoint.AfterOpen);
        run.ThrowIfAnyWasLeft();
    }

    // Until every promise that is under way has become a row. Without Kafka or MySQL that takes until they are back: units that are promised must not be sold again, so the sale stays closed.
    // Not those in a retry tier: half a minute of a closed sale for one message that nobody could write so far is too dear, and it can claim its unit when it comes (StaleReservations).
    // A bucket that does not answer is not waited for: what lies in its outbox is promised of its own stock, and it is drained before it is rebuilt itself.
    private async Task DrainAsync(RecoveryRun run, CancellationToken stop)
    {
        long saidAt = time.GetTimestamp();
        while (true)
        {
            // The outbox first: what leaves it while we look shows up in the lag. A bucket whose new life stands was drained before.
            ConcurrentBag<BucketLook> open = [];
            await run.AllAsync(async sku =>
            {
                foreach (BucketLook look in await Task.WhenAll(sku.Parts.Select(stock.LookAsync)))
                {
                    if (look.IsFenced && !look.IsSwapped)
                    {
                        open.Add(look);
                    }
                }
            });
            long outbox = open.Sum(look => look.OutboxLength);
            long lag = open.IsEmpty || outbox > 0 ? 0 : measureIntake();
            if (outbox == 0 && lag == 0)
            {
                return;
            }

            if (time.GetElapsedTime(saidAt) > SayAgain)
            {
                log.RecoveryWaits(open.Count, outbox, lag);
                saidAt = time.GetTimestamp();
            }

            await Task.Delay(DrainPoll, time, stop);
        }
    }

    private async Task RebuildAsync(GuardedBucket guarded, CancellationToken stop)
    {
        StockBucket bucket = guarded.Bucket;
        BucketLook look = await stock.LookAsync(bucket);
        if (!look.IsFenced || look.IsSwapped)
        {
            return; // Done by a runner before us, or Redis was lost once more and the watch will fence it anew.
        }

        long epoch = await store.RaiseEpochAsync(bucket, look.Fence, stop);
        if (epoch > look.Fence)
        {
            // MySQL has gone further than this fence leads (a fence restored from an old replica): lead as far, and begin again.
            await rebuild.FenceAsync(bucket, epoch + 1);
            return;
        }

        await faults.ReachAsync(FaultPoint.AfterEpochBeforeLoad);
        Holders holders = await store.ReadHoldersAsync(bucket, stop);
        await rebuild.LoadAsync(bucket, holders.Buyers);
        await faults.ReachAsync(FaultPoint.AfterLoadBeforeSwap);
        await rebuild.SwapAsync(bucket, look.Fence, guarded.Units, guarded.Limit, holders.Buyers.Count, holders.Units);

        // Noted under the server that we looked at first. Should another answer by now, the watch sees that as soon as the bucket is open.
        await store.NoteAsync([(bucket, new SeenLife(look.RunId, look.Fence, 1))], stop);
    }

    // The parts of a SKU open together: one that sold while testimony waits at another would draw away the units of those who were promised them.
    private async Task OpenAsync(RecoveringSku sku, long swappedAt, CancellationToken stop)
    {
        foreach (StockBucket part in sku.Parts)
        {
            if (!await MayOpenAsync(sku.Segments, part, swappedAt, stop))
            {
                return;
            }
        }

        foreach (StockBucket part in sku.Parts)
        {
            BucketLook look = await stock.LookAsync(part);
            if (look.IsSwapped && await rebuild.OpenAsync(part, look.Fence) is OpenStatus.Opened)
            {
                double seconds = ClosedFor(look).TotalSeconds;
                RecoveryMetrics.Recovered.Add(1);
                RecoveryMetrics.Duration.Record(seconds);
                log.BucketRecovered(part, look.Epoch, look.Left, seconds);
            }
        }
    }

    /// <summary>Waits until a part has heard its testimony and has been closed for long enough; false when its recovery is to be begun again.</summary>
    private async Task<bool> MayOpenAsync(StockSegments segments, StockBucket bucket, long swappedAt, CancellationToken stop)
    {
        while (true)
        {
            BucketLook look = await stock.LookAsync(bucket);
            if (look.IsFenced && !look.IsSwapped)
            {
                return false;
            }

            if (look.Testimony > 0)
            {
                await claims.SettleAsync(segments, bucket, look.IsFenced ? look.Fence : 0, stop);
            }

            // Once is enough while it sells: the watch asks for more if some is left.
            if (!look.IsFenced || (look.Testimony == 0 && (ClosedFor(look) > _options.MinFence || time.GetElapsedTime(swappedAt) > _options.MinFence)))
            {
                return true;
            }

            await Task.Delay(OpenPoll, time, stop);
        }
    }

    private TimeSpan ClosedFor(BucketLook look) => TimeSpan.FromMilliseconds(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - look.FencedAtMs));
}
