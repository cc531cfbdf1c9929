using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Outbox;

/// <summary>Strikes buckets off the directory whose sale has been over for so long that nobody can be promised a unit of theirs any more, so that neither it nor the relays of its buckets grow for ever.</summary>
/// <remarks>
/// Safe without a lock, though the outbox and the directory lie on different slots. An outbox with an entry keeps its bucket listed for as long as the entry is there. Grabs end with the sale, the
/// recovery leaves it alone within a day (<see cref="Stock.Recovery.RecoveryOptions.WatchAfterEnd"/> is 12 h at most, testimony lives for 24 h); a claim that comes later enters its bucket again,
/// and so do a warm-up and a fence. A sale that Redis has no copy of is not judged: its buckets stay listed once more than <see cref="SaleCatalog.MaxSales"/> newer sales have pushed the copy out.
/// </remarks>
internal sealed class FinishedBuckets(RedisConnection redis, TimeProvider time)
{
    private const int AskedAtOnce = 512;

    /// <summary>How long a bucket stays listed after its sale: 7 days, as long as Kafka keeps its messages.</summary>
    public static TimeSpan KeptAfterEnd { get; } = TimeSpan.FromDays(7);

    /// <summary>Goes through the directory and the buckets that a relay still follows.</summary>
    /// <param name="followed">The relay's buckets: another process may have struck them off already.</param>
    /// <returns>Those that are not in the directory any more. One whose node does not answer is left for the next time.</returns>
    /// <exception cref="RedisException">The directory cannot be read.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task<IReadOnlyList<StockBucket>> SweepAsync(IEnumerable<StockBucket> followed)
    {
        RedisValue[] members = await redis.RunAsync(db => db.SetMembersAsync(StockKeys.Directory));
        HashSet<StockBucket> known = [.. members.Select(member => StockBucket.TryParse(member!, out StockBucket bucket) ? bucket : default).Where(bucket => bucket != default), .. followed];
        DateTimeOffset now = time.GetUtcNow();
        HashSet<SaleId> over = [.. (await SaleDirectory.ReadCopiesAsync(redis, known.Select(bucket => bucket.Sale))).Where(sale => sale.Window.EndsAt + KeptAfterEnd < now).Select(sale => sale.Id)];
        List<StockBucket> finished = [];
        foreach (StockBucket[] candidates in known.Where(bucket => over.Contains(bucket.Sale)).Chunk(AskedAtOnce))
        {
            // Together: a node that says nothing costs one time-out, not one for each of its buckets, and the relay waits for this.
            bool[] gone = await Task.WhenAll(Array.ConvertAll(candidates, async bucket => await IsOutboxEmptyAsync(bucket) && await StrikeOffAsync(bucket)));
            finished.AddRange(candidates.Where((_, i) => gone[i]));
        }

        return finished;
    }

    // Whoever writes to an outbox that is long quiet enters its bucket afterwards, and this looks into the outbox after it has struck the bucket off: one of the two sees the other.
    private async Task<bool> StrikeOffAsync(StockBucket bucket)
    {
        await redis.RunAsync(db => db.SetRemoveAsync(StockKeys.Directory, bucket.ToString()));
        if (await IsOutboxEmptyAsync(bucket))
        {
            return true;
        }

        await redis.RunAsync(db => db.SetAddAsync(StockKeys.Directory, bucket.ToString()));
        return false;
    }

    private async Task<bool> IsOutboxEmptyAsync(StockBucket bucket)
    {
        try
        {
            // What lies with a relay and is not in Kafka yet still stands in the stream.
            return (long)await redis.RunAsync(db => db.ExecuteAsync("XLEN", new StockKeys(bucket).Outbox)) == 0;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return false;
        }
    }
}
