namespace Seckill.Core.Stock.Segments;

/// <summary>Creates the stock of an SKU in Redis: one bucket, or several and their pool. Thread-safe.</summary>
public sealed class StockWarmUp(StockStore stock, SegmentStore store, ChunkMover mover)
{
    /// <summary>Creates what does not exist; never resets anything. May be repeated, also after a crash in the middle.</summary>
    /// <param name="segments">The SKU.</param>
    /// <param name="units">Units offered, at least 1.</param>
    /// <param name="limit">Units per user, at least 1.</param>
    /// <param name="epoch">The epoch of what is created, at least 1.</param>
    /// <param name="mayCreate">False only looks.</param>
    /// <returns>Created when the units were put there by this call; else AlreadyWarm, or what is in the way.</returns>
    /// <exception cref="StockUnavailableException">No answer; call again.</exception>
    public async Task<WarmStatus> WarmAsync(StockSegments segments, int units, int limit, long epoch, bool mayCreate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(units, 1);
        if (!segments.IsSegmented)
        {
            return await stock.WarmAsync(segments[0], units, limit, epoch, mayCreate);
        }

        // Buckets without units first: until the pool is there, nobody can draw.
        foreach (StockBucket bucket in segments.All)
        {
            WarmStatus status = await stock.WarmAsync(bucket, 0, limit, epoch, mayCreate);
            if (status is not (WarmStatus.Created or WarmStatus.AlreadyWarm))
            {
                return status;
            }
        }

        // A pool that is missing beside a bucket that has drawn from it was lost: all units over again would be too many.
        bool hasDrawn = (await store.LookAsync(segments)).Buckets.Any(bucket => bucket is not { Total: 0 });
        WarmStatus pool = await stock.WarmAsync(segments.Pool, units, limit, epoch, mayCreate && !hasDrawn);
        if (pool is WarmStatus.Created)
        {
            // Not needed, but the sale's first grabs should not have to wait for it.
            await Task.WhenAll(Enumerable.Range(0, segments.Buckets).Select(index => mover.RefillAsync(segments, index)));
        }

        return pool;
    }
}
