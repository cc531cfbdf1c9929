namespace Seckill.Core.Stock.Segments;

/// <summary>Claims of units that were promised before, over a whole SKU: a bucket that lacks units gets them from the pool or from the other buckets before anybody is refused. Thread-safe.</summary>
public sealed class SegmentedClaims(StockStore stock, ChunkMover mover, TimeProvider time)
{
    // After a search that lost every race: long enough for the winners to finish.
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(5);

    /// <summary>As <see cref="StockStore.ClaimAsync"/>, but sold out is said of the whole SKU.</summary>
    /// <param name="segments">The SKU.</param>
    /// <param name="bucket">Its bucket.</param>
    /// <param name="grabs">1 to <see cref="StockStore.MaxBatch"/> users of that bucket.</param>
    /// <param name="passFence">The epoch of the recovery under way; 0 for none.</param>
    /// <exception cref="StockUnavailableException">No answer, or units may lie where nobody can look now; call again.</exception>
    public async Task<StockReply> ClaimAsync(StockSegments segments, StockBucket bucket, ReadOnlyMemory<StockGrab> grabs, long passFence = 0)
    {
        while (true)
        {
            // Asked again, those who got theirs hear that they have it.
            StockReply reply = await stock.ClaimAsync(bucket, grabs, passFence);
            if (!segments.IsSegmented || reply.Status is not StockStatus.Decided || reply.Decisions.All(decision => decision.Answer is not StockAnswer.SoldOut))
            {
                return reply;
            }

            switch (await mover.RefillAsync(segments, bucket.Index))
            {
                case RefillOutcome.SoldOut:
                    return reply;
                case RefillOutcome.Unavailable or RefillOutcome.Fenced:
                    throw new StockUnavailableException($"A part of {segments.Sku} that may have units cannot be asked.", outcomeUnknown: false);
                case RefillOutcome.Busy:
                    await Task.Delay(BusyPause, time);
                    break;
            }
        }
    }
}
