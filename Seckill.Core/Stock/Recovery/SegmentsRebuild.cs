using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Stock.Recovery;

/// <summary>Rebuilds a segmented SKU as one: its buckets get what their users hold, its pool gets the rest. Every step may be repeated, and two runners at once do no harm.</summary>
/// <remarks>
/// The pool comes last, and its units are what the buckets' new lives leave over, counted in Redis: an order that ends between two readings of the rows is a unit in one of them, and rows read at
/// another moment than the buckets were loaded from would count it twice. Until the pool has its new life nothing can be drawn, so the buckets' totals stand still. Transfers of the former life mean nothing
/// in the new one: their records name an epoch.
/// </remarks>
internal sealed class SegmentsRebuild(StockStore stock, RecoveryStore store, BucketRebuild rebuild, FaultPoints faults)
{
    /// <summary>Closes every part for the recovery that has closed one of them, or several of them for different epochs.</summary>
    /// <remarks>The pool comes last, so a part that still waits for a life which the pool has had is one that forgot it since: then all parts are led on to the next.</remarks>
    public async Task CloseAsync(StockSegments segments)
    {
        BucketLook[] looks = await LookAsync(segments);
        BucketLook pool = looks[^1];
        long fence = looks.Any(look => look.IsFenced && !look.IsSwapped && pool.Epoch >= look.Fence)
            ? Math.Max(looks.Max(look => look.Fence), looks.Max(look => look.Epoch)) + 1
            : looks.Max(look => look.Fence);
        if (fence > 0)
        {
            foreach (StockBucket part in segments.Everything)
            {
                await rebuild.FenceAsync(part, fence); // Does nothing to a part that has this recovery behind it.
            }
        }
    }

    /// <summary>Puts the next life of all parts in place. Where that is not possible yet, the next run begins again.</summary>
    /// <param name="guarded">Any part.</param>
    /// <param name="stop">Gives up.</param>
    public async Task RebuildAsync(GuardedBucket guarded, CancellationToken stop)
    {
        StockSegments segments = guarded.Segments;
        BucketLook[] before = await LookAsync(segments);
        BucketLook pool = before[^1];
        long fence = pool.Fence;
        if (!pool.IsFenced || pool.IsSwapped || before.Any(look => look.Fence != fence && look.Epoch != fence))
        {
            return;
        }

        long epoch = await store.RaiseEpochAsync(segments.Pool, fence, stop);
        if (epoch > fence)
        {
            await rebuild.FenceAsync(segments.Pool, epoch + 1); // MySQL has gone further: the next run takes the others along.
            return;
        }

        await faults.ReachAsync(FaultPoint.AfterEpochBeforeLoad);
        Holders holders = await store.ReadHoldersAsync(segments.Pool, stop);
        ILookup<StockBucket, KeyValuePair<string, string>> byBucket = holders.Buyers.ToLookup(buyer => segments.BucketOf(new UserId(buyer.Key)));
        foreach ((StockBucket bucket, BucketLook look) in segments.All.Zip(before).Where(pair => pair.Second.Epoch != fence))
        {
            KeyValuePair<string, string>[] buyers = [.. byBucket[bucket]];
            int held = buyers.Sum(buyer => HeldOrders.Parse(buyer.Value).Count);
            await rebuild.LoadAsync(bucket, buyers);
            await faults.ReachAsync(FaultPoint.AfterLoadBeforeSwap);
            await rebuild.SwapAsync(bucket, fence, units: held, guarded.Limit, buyers.Length, held);
        }

        BucketLook[] after = await LookAsync(segments);
        if (after[..^1].All(look => look.Epoch == fence))
        {
            await rebuild.LoadAsync(segments.Pool, []);
            await rebuild.SwapAsync(segments.Pool, fence, (int)Math.Max(0, guarded.Units - after[..^1].Sum(look => look.Total)), guarded.Limit, users: 0, held: 0);
            await store.NoteAsync(segments.Everything.Zip(before, (part, look) => (part, new SeenLife(look.RunId, fence, 1))), stop);
        }
    }

    // The pool is the last.
    private Task<BucketLook[]> LookAsync(StockSegments segments) => Task.WhenAll(segments.Everything.Select(stock.LookAsync));
}
