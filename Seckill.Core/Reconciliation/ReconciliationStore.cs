using System.Data;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Reconciliation;

/// <summary>Reads what MySQL knows of a sale, repairs its guard, and keeps the reports. Thread-safe.</summary>
/// <remarks>Every method throws <see cref="DbException"/> when the database is away.</remarks>
public sealed class ReconciliationStore(SeckillDatabase database)
{
    /// <summary>Reports kept of one sale; the oldest leave.</summary>
    public const int MaxReports = 50;

    /// <summary>The cause of the run that closes a sale's books.</summary>
    public const string CloseCause = "close";

    private const string ActiveOrders =
        """
        (SELECT COUNT(*) FROM orders_0 WHERE sale_id = @sale AND sku_id = @sku AND slot IS NOT NULL) + (SELECT COUNT(*) FROM orders_1 WHERE sale_id = @sale AND sku_id = @sku AND slot IS NOT NULL)
        + (SELECT COUNT(*) FROM orders_2 WHERE sale_id = @sale AND sku_id = @sku AND slot IS NOT NULL) + (SELECT COUNT(*) FROM orders_3 WHERE sale_id = @sale AND sku_id = @sku AND slot IS NOT NULL)
        """;

    /// <summary>The SKUs of a sale; none when there is no such sale.</summary>
    internal async Task<IReadOnlyList<StockSegments>> ListSkusAsync(SaleId sale, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<(string Sku, int? Buckets)> skus = await connection.QueryAsync<(string, int?)>(new CommandDefinition(
            "SELECT g.sku_id, i.buckets FROM stock_guard g LEFT JOIN sale_items i ON i.sale_id = g.sale_id AND i.sku_id = g.sku_id WHERE g.sale_id = @sale ORDER BY g.sku_id",
            new { sale = sale.Value },
            cancellationToken: stop));
        return [.. skus.Select(row => new StockSegments(sale, new SkuId(row.Sku), row.Buckets ?? 1))];
    }

    /// <summary>The state of a sale's guards as one text: it changes with every order that comes or ends.</summary>
    internal async Task<string> ReadGuardsAsync(SaleId sale, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<string> guards = await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT CONCAT(sku_id, ' ', sold, ' ', epoch) FROM stock_guard WHERE sale_id = @sale ORDER BY sku_id", new { sale = sale.Value }, cancellationToken: stop));
        return string.Join('|', guards);
    }

    /// <summary>An item's guard and orders, in one snapshot; null when there is no such item.</summary>
    internal async Task<SaleRows?> ReadAsync(StockBucket bucket, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop);
        var key = new { sale = bucket.Sale.Value, sku = bucket.Sku.Value };
        Guard? guard = await connection.QuerySingleOrDefaultAsync<Guard>(new CommandDefinition(
            "SELECT units, sold, epoch, warmed_at IS NOT NULL AS warmed FROM stock_guard WHERE sale_id = @sale AND sku_id = @sku", key, snapshot, cancellationToken: stop));
        if (guard is null)
        {
            return null;
        }

        Dictionary<long, SaleRow> orders = [];
        for (int table = 0; table < OrderTables.Count; table++)
        {
            foreach (Row row in await connection.QueryAsync<Row>(new CommandDefinition(
                $"SELECT order_id, user_id, slot, status, updated_at FROM {OrderTables.Name(table)} WHERE sale_id = @sale AND sku_id = @sku", key, snapshot, cancellationToken: stop)))
            {
                orders[row.order_id] = new SaleRow(
                    row.order_id, row.user_id, row.slot, OrderStatusText.Parse(row.status), new DateTimeOffset(DateTime.SpecifyKind(row.updated_at, DateTimeKind.Utc)));
            }
        }

        await snapshot.CommitAsync(stop);
        return new SaleRows(guard.units, guard.sold, guard.epoch, guard.warmed != 0 || guard.sold > 0, orders);
    }

    /// <summary>Counts the active orders again while the guard's row is locked.</summary>
    /// <remarks>
    /// Every transaction that makes or ends an order also changes the guard's row, and commits both or neither. So with the row locked, each of them is either wholly in our
    /// count or wholly still to come, and then adds or takes off its own.
    /// </remarks>
    internal async Task RecountAsync(StockBucket bucket, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        var key = new { sale = bucket.Sale.Value, sku = bucket.Sku.Value };
        await connection.ExecuteScalarAsync(new CommandDefinition(
            "SELECT sold FROM stock_guard WHERE sale_id = @sale AND sku_id = @sku FOR UPDATE", key, transaction, cancellationToken: stop));
        long active = await connection.ExecuteScalarAsync<long>(new CommandDefinition($"SELECT {ActiveOrders}", key, transaction, cancellationToken: stop));
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE stock_guard SET sold = @active WHERE sale_id = @sale AND sku_id = @sku", new { key.sale, key.sku, active }, transaction, cancellationToken: stop));
        await transaction.CommitAsync(stop);
    }

    /// <summary>Keeps a report, and lets go of the oldest of its sale beyond <see cref="MaxReports"/>.</summary>
    public async Task SaveAsync(ReconciliationReport report, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO reconciliation_reports (sale_id, cause, at, conclusive, findings, open_findings, report) VALUES (@sale, @Cause, @at, @Conclusive, @FindingCount, @Open, @json)",
            new
            {
                sale = report.SaleId.Value,
                report.Cause,
                at = report.At.UtcDateTime,
                report.Conclusive,
                report.FindingCount,
                report.Open,
                json = JsonSerializer.Serialize(report, ReconciliationJson.Default.ReconciliationReport),
            },
            cancellationToken: stop));
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            DELETE FROM reconciliation_reports WHERE sale_id = @sale AND report_id <= (
              SELECT report_id FROM (SELECT report_id FROM reconciliation_reports WHERE sale_id = @sale ORDER BY report_id DESC LIMIT 1 OFFSET {MaxReports}) oldest)
            """,
            new { sale = report.SaleId.Value }, cancellationToken: stop));
    }

    /// <summary>The latest reports of a sale, newest first.</summary>
    /// <param name="sale">The sale.</param>
    /// <param name="limit">1 to <see cref="MaxReports"/>.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<IReadOnlyList<ReconciliationReport>> ListAsync(SaleId sale, int limit, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxReports);
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<string> reports = await connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT report FROM reconciliation_reports WHERE sale_id = @sale ORDER BY report_id DESC LIMIT {limit}", new { sale = sale.Value }, cancellationToken: stop));
        return [.. reports.Select(json => JsonSerializer.Deserialize(json, ReconciliationJson.Default.ReconciliationReport)!)];
    }

    /// <summary>The sales whose books are worth comparing, newest first: those that are not over, and those that ended within a day and have no conclusive report of their close.</summary>
    public async Task<IReadOnlyList<(SaleId Sale, bool IsOver)>> ListDueAsync(DateTimeOffset now, CancellationToken stop)
    {
        const string sql =
            """
            SELECT sale_id, state = 'closed' OR ends_at <= @now AS is_over FROM sales s
            WHERE ends_at > @yesterday AND ((state <> 'closed' AND ends_at > @now)
              OR NOT EXISTS (SELECT 1 FROM reconciliation_reports r WHERE r.sale_id = s.sale_id AND r.cause = 'close' AND r.conclusive = 1 AND r.at >= s.ends_at)
                AND NOT EXISTS (SELECT 1 FROM reconciliation_reports r WHERE r.sale_id = s.sale_id AND r.cause = 'close' AND r.conclusive = 1 AND s.state = 'closed'))
            ORDER BY sale_id DESC LIMIT 1000
            """;
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<(long Sale, int IsOver)> rows = await connection.QueryAsync<(long, int)>(
            new CommandDefinition(sql, new { now = now.UtcDateTime, yesterday = now.UtcDateTime.AddDays(-1) }, cancellationToken: stop));
        return [.. rows.Select(row => (new SaleId(row.Sale), row.IsOver != 0))];
    }

#pragma warning disable IDE1006, SA1300 // Named as the columns are: Dapper matches by name.
    private sealed record Guard(int units, int sold, long epoch, int warmed);

    private sealed record Row(long order_id, string user_id, int? slot, string status, DateTime updated_at);
#pragma warning restore IDE1006, SA1300
}
