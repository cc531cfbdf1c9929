using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Sales;

/// <summary>What Redis says is on show: the buckets in the directory and the copies of their sales, read at most once in <see cref="Every"/>. For loops that need no MySQL. Not thread-safe.</summary>
internal sealed class SaleDirectory(RedisConnection redis, TimeProvider time)
{
    private long? _askedAt;

    /// <summary>How often it is read: 1 s.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The sales that have a copy.</summary>
    public IReadOnlyDictionary<SaleId, Sale> Sales { get; private set; } = new Dictionary<SaleId, Sale>();

    /// <summary>Whether the <see cref="KillSwitch"/> stands against every sale.</summary>
    public bool IsKilled { get; private set; }

    /// <summary>The buckets of <see cref="Sales"/>, their pools included.</summary>
    public IReadOnlyList<StockBucket> Buckets { get; private set; } = [];

    /// <summary>Reads it when it is time. The node of a cluster that has the directory may be away: then what was read last stands, for the others have news none the less (the outbox relay says so in the log).</summary>
    /// <exception cref="RedisException">It has never been read, and Redis is away.</exception>
    /// <exception cref="TimeoutException">As above.</exception>
    public async Task RefreshAsync()
    {
        if (_askedAt is { } askedAt && time.GetElapsedTime(askedAt) < Every)
        {
            return;
        }

        try
        {
            await ReadAsync();
        }
        catch (Exception fault) when (_askedAt is not null && fault is RedisException or TimeoutException)
        {
        }

        _askedAt = time.GetTimestamp();
    }

    /// <summary>The copies of these sales; one without a copy is missing.</summary>
    /// <exception cref="RedisException">Redis is away.</exception>
    /// <exception cref="TimeoutException">No reply in time.</exception>
    public static async Task<IReadOnlyList<Sale>> ReadCopiesAsync(RedisConnection redis, IEnumerable<SaleId> sales)
    {
        RedisValue[] ids = [.. sales.Distinct().Select(sale => (RedisValue)sale.Value)];
        RedisValue[] copies = ids.Length == 0 ? [] : await redis.RunAsync(db => db.HashGetAsync(SaleKeys.Copy, ids));
        return [.. copies.Where(copy => copy.HasValue).Select(copy => SaleJson.Read(copy!))];
    }

    private async Task ReadAsync()
    {
        IsKilled = (await new KillSwitch(redis, time).ReadAsync()).On;
        RedisValue[] members = await redis.RunAsync(db => db.SetMembersAsync(StockKeys.Directory));
        StockBucket[] buckets = [.. members.Select(member => StockBucket.TryParse(member!, out StockBucket bucket) ? bucket : default).Where(bucket => bucket != default)];
        Sales = (await ReadCopiesAsync(redis, buckets.Select(bucket => bucket.Sale))).ToDictionary(sale => sale.Id);
        Buckets = [.. buckets.Where(bucket => Sales.ContainsKey(bucket.Sale))];
    }
}
