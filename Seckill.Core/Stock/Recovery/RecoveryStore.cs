using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Stock.Recovery;

/// <summary>What MySQL has to say about the buckets in Redis. Thread-safe.</summary>
/// <remarks>Every method throws <see cref="DbException"/> when the database is away.</remarks>
internal sealed class RecoveryStore(SeckillDatabase database, IOptions<RecoveryOptions> options, TimeProvider time)
{
    /// <summary>Buckets and pools that are watched: those of the newest sales, far more than a catalog shows at once. An SKU is watched with all its parts or not at all.</summary>
    public const int MaxBuckets = 10_000;

    // A runner that died without a word holds the lock for so long; one that recovers for longer loses it.
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    private const string RunnerLock = "SELECT GET_LOCK(CONCAT('seckill-recovery:', DATABASE()), 0)";

    private readonly TimeSpan _watchAfterEnd = options.Value.WatchAfterEnd;

    /// <summary>The buckets that must be in Redis: warmed or sold from, of sales that are not over, or not for longer than <see cref="RecoveryOptions.WatchAfterEnd"/>.</summary>
    /// <param name="stop">Gives up.</param>
    /// <param name="most">Parts at most; a SKU that does not fit in whole is left out, and so are all of older sales.</param>
    /// <remarks>Only the window tells when a sale is over: until then a hand may open again what a hand has closed, and what sells must be watched from its first unit on.</remarks>
    public async Task<IReadOnlyList<GuardedBucket>> ListAsync(CancellationToken stop, int most = MaxBuckets)
    {
        const string sql =
            """
            SELECT g.sale_id, g.sku_id, g.units, g.per_user_limit, g.buckets, g.epoch, w.bucket, w.run_id, COALESCE(w.epoch, 0) AS seen_epoch, COALESCE(w.version, 0) AS seen_version
            FROM (
              SELECT g.sale_id, g.sku_id, g.units, g.epoch, i.per_user_limit, i.buckets,
                     SUM(IF(i.buckets > 1, i.buckets + 1, 1)) OVER (ORDER BY g.sale_id DESC, g.sku_id) AS parts_so_far
              FROM stock_guard g
              JOIN sales s ON s.sale_id = g.sale_id
              JOIN sale_items i ON i.sale_id = g.sale_id AND i.sku_id = g.sku_id
              WHERE (g.warmed_at IS NOT NULL OR g.sold > 0) AND s.ends_at > @since
            ) g
            LEFT JOIN bucket_watch w ON w.sale_id = g.sale_id AND w.sku_id = g.sku_id
            WHERE g.parts_so_far <= @most
            ORDER BY g.sale_id DESC, g.sku_id
            """;
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<Row> rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, new { since = Since(), most }, cancellationToken: stop));

        // One row for each part that was seen; an item that was not, or not whole, still has all its parts.
        return [.. rows.GroupBy(row => (row.sale_id, row.sku_id)).SelectMany(Read)];
    }

    /// <summary>True while the guardian looks after a sale's buckets, so that one that is fenced is also rebuilt.</summary>
    public async Task<bool> IsWatchedAsync(SaleId sale, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT EXISTS (SELECT 1 FROM sales WHERE sale_id = @sale AND ends_at > @since)", new { sale = sale.Value, since = Since() }, cancellationToken: stop));
    }

    /// <summary>Raises the epoch that the guard demands, unless it is there already. From the commit on no reservation of an earlier life can be counted.</summary>
    /// <returns>The epoch that stands.</returns>
    public async Task<long> RaiseEpochAsync(StockBucket bucket, long epoch, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        var key = new { sale = bucket.Sale.Value, sku = bucket.Sku.Value, epoch };
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE stock_guard SET epoch = @epoch WHERE sale_id = @sale AND sku_id = @sku AND epoch < @epoch", key, cancellationToken: stop));
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT epoch FROM stock_guard WHERE sale_id = @sale AND sku_id = @sku", key, cancellationToken: stop));
    }

    /// <summary>Who holds units. Complete once the epoch has been raised: whatever was counted before has committed before.</summary>
    public async Task<Holders> ReadHoldersAsync(StockBucket bucket, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        Dictionary<string, string> buyers = [];
        int units = 0;
        for (int table = 0; table < OrderTables.Count; table++)
        {
            // An order holds a slot for as long as it is active.
            string sql = $"SELECT user_id, slot, order_id FROM {OrderTables.Name(table)} WHERE sale_id = @sale AND sku_id = @sku AND slot IS NOT NULL ORDER BY user_id, order_id";
            foreach ((string user, int slot, long order) in await connection.QueryAsync<(string, int, long)>(
                new CommandDefinition(sql, new { sale = bucket.Sale.Value, sku = bucket.Sku.Value }, cancellationToken: stop)))
            {
                string held = string.Create(CultureInfo.InvariantCulture, $"{slot}={order}");
                buyers[user] = buyers.TryGetValue(user, out string? others) ? $"{others},{held}" : held;
                units++;
            }
        }

        return new Holders(buyers, units);
    }

    /// <summary>Notes how a bucket was seen. Of two that race, the later life stays.</summary>
    public async Task NoteAsync(IEnumerable<(StockBucket Bucket, SeenLife Life)> seen, CancellationToken stop)
    {
        const string sql =
            """
            INSERT INTO bucket_watch (sale_id, sku_id, bucket, run_id, epoch, version, seen_at) VALUES (@sale, @sku, @bucket, @run, @epoch, @version, @now)
            ON DUPLICATE KEY UPDATE
              run_id = IF(@epoch > epoch, @run, run_id),
              version = IF(@epoch > epoch, @version, IF(@epoch = epoch, GREATEST(version, @version), version)),
              seen_at = @now,
              epoch = GREATEST(epoch, @epoch)
            """;
        await using DbConnection connection = await database.OpenAsync(stop);
        await connection.ExecuteAsync(new CommandDefinition(
            sql,
            seen.Select(one => new
            {
                sale = one.Bucket.Sale.Value,
                sku = one.Bucket.Sku.Value,
                bucket = one.Bucket.Index,
                run = one.Life.RunId,
                epoch = one.Life.Epoch,
                version = one.Life.Version,
                now = time.GetUtcNow().UtcDateTime,
            }),
            cancellationToken: stop));
    }

    /// <summary>Takes the lock of the one who recovers; null when another process has it. Dispose the connection to let go; a process that dies lets go as well.</summary>
    /// <remarks>In MySQL, not in Redis: it is Redis that has just failed. Should the connection break under its holder, a second runner does the same steps again, which is harmless.</remarks>
    public async Task<DbConnection?> TryLockAsync(CancellationToken stop)
    {
        DbConnection connection = await database.OpenAsync(stop);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition($"SET SESSION wait_timeout = {(int)LongestRun.TotalSeconds}", cancellationToken: stop));
            if (await connection.ExecuteScalarAsync<int>(new CommandDefinition(RunnerLock, cancellationToken: stop)) == 1)
            {
                return connection;
            }
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Lets go of the lock: a pooled connection would keep it.</summary>
    public static async Task UnlockAsync(DbConnection connection)
    {
        await using (connection)
        {
            await connection.ExecuteAsync("SELECT RELEASE_LOCK(CONCAT('seckill-recovery:', DATABASE()))");
        }
    }

    private static IEnumerable<GuardedBucket> Read(IGrouping<(long Sale, string Sku), Row> item)
    {
        Row any = item.First();
        Dictionary<int, SeenLife> seen = item.Where(row => row.run_id is not null).ToDictionary(row => row.bucket ?? 0, row => new SeenLife(row.run_id!, row.seen_epoch, row.seen_version));
        StockSegments segments = new(new SaleId(item.Key.Sale), new SkuId(item.Key.Sku), any.buckets);
        return segments.Everything.Select(part =>
            new GuardedBucket(part, any.units, any.per_user_limit, any.epoch, seen.GetValueOrDefault(part.Index)) { Buckets = any.buckets });
    }

    private DateTime Since() => (time.GetUtcNow() - _watchAfterEnd).UtcDateTime;

#pragma warning disable IDE1006, SA1300 // Named as the columns are: Dapper matches by name.
    private sealed class Row
    {
        public long sale_id { get; set; }

        public string sku_id { get; set; } = string.Empty;

        public int units { get; set; }

        public int per_user_limit { get; set; }

        public int buckets { get; set; }

        public long epoch { get; set; }

        public int? bucket { get; set; }

        public string? run_id { get; set; }

        public long seen_epoch { get; set; }

        public long seen_version { get; set; }
    }
#pragma warning restore IDE1006, SA1300
}
