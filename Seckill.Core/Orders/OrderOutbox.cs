using System.Data;
using System.Data.Common;
using Dapper;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Stock;

namespace Seckill.Core.Orders;

/// <summary>Table <c>order_outbox</c>: work that follows changes of orders, taken in batches and deleted when done. Thread-safe.</summary>
/// <exception cref="DbException">The database is away or refuses: from every method.</exception>
internal sealed class OrderOutbox(SeckillDatabase database, TimeProvider time)
{
    /// <summary>Takes the oldest rows of one kind that no other worker has in hand, carries them out, and deletes them.</summary>
    /// <param name="work">The kind.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="carryOut">Idempotent: a crash after it repeats it. What it throws leaves the rows to the next attempt.</param>
    /// <param name="stop">Gives up; the rows stay.</param>
    /// <returns>How many were done.</returns>
    /// <remarks>
    /// The rows stay locked meanwhile, so no lease has to be guessed: a worker that dies loses its connection, and with it the locks. SKIP LOCKED lets several
    /// workers share the table; two changes of one order may then be carried out in either order, which every receiver can bear.
    /// </remarks>
    public async Task<int> TakeAsync(OrderOutboxWork work, int max, Func<IReadOnlyList<OrderChange>, Task> carryOut, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
        OrderChange[] changes = [.. (await connection.QueryAsync<Row>(new CommandDefinition(
            $"""
            SELECT seq, order_id, sale_id, sku_id, bucket, user_id, price, status, reason, changed_at FROM order_outbox
            WHERE work = @work ORDER BY seq LIMIT {max} FOR UPDATE SKIP LOCKED
            """,
            new { work = TextOf(work) }, transaction, cancellationToken: stop))).Select(row => row.ToChange())];
        if (changes.Length == 0)
        {
            return 0;
        }

        await carryOut(changes);
        await connection.ExecuteAsync(new CommandDefinition(
            $"DELETE FROM order_outbox WHERE seq IN ({string.Join(',', changes.Select(change => change.Seq))})", transaction: transaction, cancellationToken: stop));
        await transaction.CommitAsync(stop);
        return changes.Length;
    }

    /// <summary>How many rows of one kind wait, and for how long the oldest has.</summary>
    public async Task<(long Rows, TimeSpan OldestAge)> MeasureAsync(OrderOutboxWork work, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        (long rows, DateTime? oldest) = await connection.QuerySingleAsync<(long, DateTime?)>(new CommandDefinition(
            "SELECT COUNT(*), MIN(changed_at) FROM order_outbox WHERE work = @work", new { work = TextOf(work) }, cancellationToken: stop));
        TimeSpan age = oldest is { } at ? time.GetUtcNow().UtcDateTime - at : TimeSpan.Zero;
        return (rows, age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }

    private static string TextOf(OrderOutboxWork work) => work == OrderOutboxWork.Settle ? "settle" : "event";

    private sealed record Row(
        long seq, long order_id, long sale_id, string sku_id, int bucket, string user_id, decimal price, string status, string? reason, DateTime changed_at)
    {
        public OrderChange ToChange() => new(
            seq, new OrderId(order_id), new StockBucket(new SaleId(sale_id), new SkuId(sku_id), bucket), new UserId(user_id), price, OrderStatusText.Parse(status), reason,
            new DateTimeOffset(DateTime.SpecifyKind(changed_at, DateTimeKind.Utc)));
    }
}
