using System.Data;
using System.Data.Common;
using Dapper;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Orders;

namespace Seckill.Core.Payments;

/// <summary>Cancels orders whose time to pay is up, if they are still unpaid: the update that a payment races against. Thread-safe; repeating it changes nothing.</summary>
/// <exception cref="DbException">The database is away or refuses: repeat. From every method.</exception>
public sealed class UnpaidOrders(SeckillDatabase database, TimeProvider time)
{
    private const int MaxConflicts = 20;

    /// <summary>Cancels those of the orders that are overdue and unpaid.</summary>
    /// <returns>How many.</returns>
    public async Task<int> CancelAsync(IReadOnlyCollection<OrderId> orders, CancellationToken stop = default)
    {
        int cancelled = 0;
        foreach (IGrouping<int, OrderId> table in orders.Distinct().GroupBy(OrderTables.Of))
        {
            foreach (OrderId[] chunk in table.Order(Comparer<OrderId>.Create((a, b) => a.Value.CompareTo(b.Value))).Chunk(OrderTransitions.MaxOrders))
            {
                cancelled += await CancelAsync(table.Key, chunk, stop);
            }
        }

        return cancelled;
    }

    /// <summary>Orders that ought to have been cancelled before a moment, oldest deadline first.</summary>
    /// <param name="before">The moment.</param>
    /// <param name="max">At most so many of each table.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<IReadOnlyList<OrderId>> FindOverdueAsync(DateTimeOffset before, int max, CancellationToken stop)
    {
        List<OrderId> overdue = [];
        await using DbConnection connection = await database.OpenAsync(stop);
        for (int table = 0; table < OrderTables.Count; table++)
        {
            IEnumerable<long> ids = await connection.QueryAsync<long>(new CommandDefinition(
                $"SELECT order_id FROM {OrderTables.Name(table)} WHERE status = 'pending-payment' AND pay_by < @before ORDER BY pay_by LIMIT {max}",
                new { before = before.UtcDateTime }, cancellationToken: stop));
            overdue.AddRange(ids.Select(id => new OrderId(id)));
        }

        return overdue;
    }

    private async Task<int> CancelAsync(int table, OrderId[] orders, CancellationToken stop)
    {
        for (int conflicts = 0; ; conflicts++)
        {
            try
            {
                DateTimeOffset now = time.GetUtcNow();
                await using DbConnection connection = await database.OpenAsync(stop);
                await using DbTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, stop);
                IReadOnlyList<Order> cancelled = await OrderTransitions.ApplyAsync(
                    transaction, table, orders, OrderStatus.PendingPayment, OrderStatus.Cancelled, OrderCancellation.PaymentDeadline, now, dueBy: now, stop);
                await transaction.CommitAsync(stop);
                foreach (Order order in cancelled)
                {
                    PaymentMetrics.CancelDelay.Record((now - order.PayBy!.Value).TotalSeconds);
                }

                return cancelled.Count;
            }
            catch (DbException conflict) when (MySqlErrors.IsLockConflict(conflict) && conflicts < MaxConflicts)
            {
                // Ordinary beside an intake that counts on the same guard row: again, after a random moment that parts the two.
                await Task.Delay(TimeSpan.FromMilliseconds(1 + (20 * Random.Shared.NextDouble())), time, stop);
            }
        }
    }
}
