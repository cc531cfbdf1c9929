using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.LoadTests.Target;
using StackExchange.Redis;

namespace Seckill.LoadTests.Audit;

/// <summary>Reads Redis, Kafka and MySQL directly; the engine's own endpoints are not asked.</summary>
public sealed class EvidenceReader : IDisposable
{
    private readonly RedisConnection? _redis;
    private readonly SeckillDatabase? _database;
    private readonly OrderTopicReader? _topic;

    public EvidenceReader(LoadTarget target, TimeProvider time)
    {
        _redis = target.Redis is null ? null : new RedisConnection(target.Redis, "seckill-load-audit");
        _topic = target.Kafka is null ? null : new OrderTopicReader(target.Kafka, longest: null, time);
        _database = target.MySql is null ? null : new SeckillDatabase(Options.Create(new Connections { MySql = target.MySql }));
    }

    /// <summary>The buckets of the sale's SKU; null when no Redis was named.</summary>
    /// <exception cref="RedisException">It does not answer.</exception>
    public async Task<RedisEvidence?> ReadRedisAsync(SaleUnderLoad sale)
    {
        if (_redis is null)
        {
            return null;
        }

        long left = 0;
        long total = 0;
        long outbox = 0;
        Dictionary<UserId, IReadOnlyList<OrderId>> holdings = [];
        foreach (RedisValue name in await _redis.RunAsync(db => db.SetMembersAsync(StockKeys.Directory)))
        {
            if (!StockBucket.TryParse(name!, out StockBucket bucket) || bucket.Sale != sale.Sale || bucket.Sku != sale.Sku)
            {
                continue;
            }

            StockKeys keys = new(bucket);
            left += (long)await _redis.RunAsync(db => db.StringGetAsync(keys.Stock));
            total += (long)await _redis.RunAsync(db => db.HashGetAsync(keys.Meta, "total"));
            outbox += (long)await _redis.RunAsync(db => db.ExecuteAsync("XLEN", keys.Outbox));
            foreach (HashEntry buyer in await _redis.RunAsync(db => db.HashGetAllAsync(keys.Buyers)))
            {
                UserId user = new((string)buyer.Name!);
                holdings[user] = [.. holdings.GetValueOrDefault(user, []), .. ParseHoldings(buyer.Value!)];
            }
        }

        return new RedisEvidence(left, total, holdings, outbox);
    }

    /// <summary>Notes where the order topic ends, before the sale is made; that of an empty topic when no Kafka was named.</summary>
    /// <exception cref="Confluent.Kafka.KafkaException">It does not answer.</exception>
    public Task<OrderTopicMarks> MarkKafkaAsync() => _topic is null ? Task.FromResult(OrderTopicMarks.Beginning) : Task.Run(_topic.Mark);

    /// <summary>What the order topic holds about the sale's SKU; null when no Kafka was named.</summary>
    public async Task<KafkaEvidence?> ReadKafkaAsync(SaleUnderLoad sale, OrderTopicMarks marks) =>
        _topic is null ? null : await Task.Run(() => _topic.Read(sale, marks));

    /// <summary>The rows of the sale's SKU; null when no MySQL was named.</summary>
    /// <exception cref="DbException">It does not answer.</exception>
    public async Task<MySqlEvidence?> ReadMySqlAsync(SaleUnderLoad sale, CancellationToken stop)
    {
        if (_database is null)
        {
            return null;
        }

        await using DbConnection connection = await _database.OpenAsync(stop);
        var named = new { sale = sale.Sale.Value, sku = sale.Sku.Value };
        IEnumerable<Row> rows = await connection.QueryAsync<Row>(
            "SELECT order_id AS OrderId, user_id AS UserId, slot AS Slot, status AS Status, reserved_at AS ReservedAt, created_at AS CreatedAt FROM orders WHERE sale_id = @sale AND sku_id = @sku", named);
        Guard guard = await connection.QuerySingleOrDefaultAsync<Guard>("SELECT units AS Units, sold AS Sold FROM stock_guard WHERE sale_id = @sale AND sku_id = @sku", named)
            ?? new Guard(); // no guard row: zero units, which no check takes for right
        return new MySqlEvidence([.. rows.Select(row => row.ToOrder())], guard.Units, guard.Sold);
    }

    /// <summary>Counts rows without reading them, for the wait until the pipeline is quiet; null when no MySQL was named.</summary>
    public async Task<long?> CountOrdersAsync(SaleUnderLoad sale, CancellationToken stop)
    {
        if (_database is null)
        {
            return null;
        }

        await using DbConnection connection = await _database.OpenAsync(stop);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM orders WHERE sale_id = @sale AND sku_id = @sku", new { sale = sale.Sale.Value, sku = sale.Sku.Value });
    }

    public void Dispose() => _redis?.Dispose();

    /// <summary>Reads <c>slot=orderId[,slot=orderId…]</c>, see <see cref="StockKeys.Buyers"/>.</summary>
    private static IEnumerable<OrderId> ParseHoldings(string text)
    {
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!OrderId.TryParse(part.AsSpan(part.IndexOf('=', StringComparison.Ordinal) + 1), out OrderId order))
            {
                throw new FormatException($"A buyers field holds '{text}', which is not slot=orderId.");
            }

            yield return order;
        }
    }

    private sealed record Guard
    {
        public int Units { get; init; }

        public int Sold { get; init; }
    }

    private sealed record Row
    {
        public long OrderId { get; init; }

        public string UserId { get; init; } = string.Empty;

        public int? Slot { get; init; }

        public string Status { get; init; } = string.Empty;

        public DateTime ReservedAt { get; init; }

        public DateTime CreatedAt { get; init; }

        public AuditedOrder ToOrder() => new(new OrderId(OrderId), new UserId(UserId), Slot, Status, Utc(ReservedAt), Utc(CreatedAt));

        private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
    }
}
