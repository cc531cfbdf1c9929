using System.Data.Common;
using Dapper;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;

namespace Seckill.Core.Orders;

/// <summary>Changes the status of orders inside a transaction of the caller's: the one place in which an order that stands becomes anything else.</summary>
/// <remarks>
/// Whoever comes first wins: the update asks for the status that the order is to leave, so of a payment and a deadline in the same millisecond exactly one finds
/// it (F9). What must follow (unit back, buyer told, event) stands in <c>order_outbox</c> by the same commit; nothing of it is done here, since a commit can still fail.
/// Locks are taken as the intake takes them: order rows by id, then guard rows by sale and SKU.
/// </remarks>
internal static class OrderTransitions
{
    /// <summary>Most orders of one call.</summary>
    public const int MaxOrders = 500;

    /// <summary>Gives orders of one table a new status, those that still stand in the old one.</summary>
    /// <param name="transaction">READ COMMITTED; the caller commits.</param>
    /// <param name="table">Table of all of them, see <see cref="OrderTables"/>.</param>
    /// <param name="orders">1 to <see cref="MaxOrders"/>.</param>
    /// <param name="from">The status they must have.</param>
    /// <param name="to">The status they get.</param>
    /// <param name="reason">Why, or null.</param>
    /// <param name="now">When.</param>
    /// <param name="dueBy">Only orders whose <c>pay_by</c> is not later; null: any. A deadline message alone cancels nothing: the row says when its time is up.</param>
    /// <param name="stop">Gives up; nothing is changed unless the caller commits.</param>
    /// <returns>The orders that were changed, as they stood before. The others had gone on, or have no row.</returns>
    /// <exception cref="DbException">Away, deadlocked: roll back and repeat.</exception>
    /// <exception cref="ArgumentException">The lifecycle has no such way.</exception>
    public static async Task<IReadOnlyList<Order>> ApplyAsync(
        DbTransaction transaction, int table, IReadOnlyCollection<OrderId> orders, OrderStatus from, OrderStatus to, string? reason, DateTimeOffset now,
        DateTimeOffset? dueBy, CancellationToken stop)
    {
        ArgumentOutOfRangeException.ThrowIfZero(orders.Count, nameof(orders));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(orders.Count, MaxOrders, nameof(orders));
        if (!from.CanBecome(to))
        {
            throw new ArgumentException($"An order cannot go from {from.ToText()} to {to.ToText()}.", nameof(to));
        }

        string name = OrderTables.Name(table);
        bool blind = Planted.F9 && to == OrderStatus.Cancelled;
        string stands = (blind ? "status <> 'cancelled'" : "status = @from") + (dueBy is null ? string.Empty : " AND pay_by <= @dueBy");
        var values = new { from = from.ToText(), to = to.ToText(), reason, now = now.UtcDateTime, dueBy = dueBy?.UtcDateTime };

        // Locked before they are changed, since neither server can say which rows an update has changed.
        OrderRow[] rows = [.. await transaction.Connection!.QueryAsync<OrderRow>(new CommandDefinition(
            $"SELECT {OrderRow.Columns} FROM {name} WHERE order_id IN ({Ids(orders)}) AND {stands} ORDER BY order_id FOR UPDATE", values, transaction, cancellationToken: stop))];
        if (rows.Length == 0)
        {
            return [];
        }

        Order[] changed = [.. rows.Select(row => row.ToOrder())];
        string ids = Ids(changed.Select(order => order.Id));
        string slot = to.IsActive() ? string.Empty : ", slot = NULL";
        int updated = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"UPDATE {name} SET status = @to, reason = @reason, updated_at = @now{slot} WHERE order_id IN ({ids}) AND {stands}", values, transaction, cancellationToken: stop));
        if (updated != changed.Length)
        {
            throw new InvalidOperationException($"{updated} of {changed.Length} orders changed under our lock.");
        }

        if (from.IsActive() && !to.IsActive())
        {
            await StockGuardCount.SubtractAsync(transaction, changed, stop);
        }

        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"""
            INSERT INTO order_outbox (work, order_id, sale_id, sku_id, bucket, user_id, price, status, reason, changed_at)
            SELECT work, order_id, sale_id, sku_id, bucket, user_id, price, status, reason, updated_at
            FROM {name} CROSS JOIN (SELECT 'settle' AS work UNION ALL SELECT 'event') AS works WHERE order_id IN ({ids}) ORDER BY order_id
            """,
            transaction: transaction, cancellationToken: stop));
        OrderMetrics.Changed.Add(changed.Length, new KeyValuePair<string, object?>("status", to.ToText()));
        return changed;
    }

    private static string Ids(IEnumerable<OrderId> orders) => string.Join(',', orders.Select(order => order.Value));
}
