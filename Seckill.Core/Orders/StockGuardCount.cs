using System.Data.Common;
using Dapper;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>Counts new orders against <c>stock_guard</c> inside the transaction that writes them: the second lock on overselling, which no path to the order tables goes around.</summary>
internal static class StockGuardCount
{
    private const string Count =
        "UPDATE stock_guard SET sold = sold + @n WHERE sale_id = @sale AND sku_id = @sku AND epoch = @epoch AND sold + @n <= units";

    /// <summary>Counts the orders. Those that do not fit become failed rows; those of a former life of their bucket leave no row, for Redis has yet to say whether they still hold a unit.</summary>
    /// <returns>The refused orders and why; <see cref="OrderFailure.StaleEpoch"/> for those of a former life.</returns>
    /// <remarks>
    /// Nearly always one conditional update per SKU. Only when that is refused is the guard row locked and read, and the oldest reservations (the order id grows
    /// with time) take what is left: no bisecting, no second transaction.
    /// </remarks>
    public static async Task<IReadOnlyDictionary<OrderId, string>> AddAsync(
        DbTransaction transaction, int table, IReadOnlyList<ReservationMessage> orders, DateTimeOffset now, CancellationToken stop)
    {
        Dictionary<OrderId, string> refused = [];
        if (Planted.F6)
        {
            return refused;
        }

        IEnumerable<IGrouping<(long Sale, string Sku, long Epoch), ReservationMessage>> groups = orders
            .GroupBy(order => (order.SaleId.Value, order.SkuId.Value, order.Epoch))
            .OrderBy(group => group.Key.Item1).ThenBy(group => group.Key.Item2, StringComparer.Ordinal).ThenBy(group => group.Key.Epoch);
        foreach (IGrouping<(long Sale, string Sku, long Epoch), ReservationMessage> group in groups)
        {
            if (!await TryCountAsync(transaction, group.Key, group.Count(), stop))
            {
                await FitAsync(transaction, group, refused, stop);
            }
        }

        foreach (IGrouping<string, OrderId> group in refused.GroupBy(pair => pair.Value, pair => pair.Key))
        {
            if (group.Key == OrderFailure.StaleEpoch)
            {
                // Inserted by this very transaction, so nobody has seen them.
                await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                    $"DELETE FROM {OrderTables.Name(table)} WHERE order_id IN ({string.Join(',', group.Select(order => order.Value))})",
                    transaction: transaction, cancellationToken: stop));
                continue;
            }

            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                $"UPDATE {OrderTables.Name(table)} SET status = 'failed', reason = @reason, slot = NULL, pay_by = NULL, updated_at = @now "
                + $"WHERE order_id IN ({string.Join(',', group.Select(order => order.Value))})",
                new { reason = group.Key, now = now.UtcDateTime }, transaction, cancellationToken: stop));
        }

        return refused;
    }

    /// <summary>Takes orders that are no longer active off the count. Whatever the epoch: a unit that is given up is free in every life of the bucket.</summary>
    public static async Task SubtractAsync(DbTransaction transaction, IEnumerable<Order> orders, CancellationToken stop)
    {
        foreach (IGrouping<(SaleId Sale, SkuId Sku), Order> group in orders.GroupBy(order => (order.Sale, order.Sku))
            .OrderBy(group => group.Key.Sale.Value).ThenBy(group => group.Key.Sku.Value, StringComparer.Ordinal))
        {
            await transaction.Connection!.ExecuteAsync(new CommandDefinition(
                "UPDATE stock_guard SET sold = sold - @n WHERE sale_id = @sale AND sku_id = @sku",
                new { n = group.Count(), sale = group.Key.Sale.Value, sku = group.Key.Sku.Value }, transaction, cancellationToken: stop));
        }
    }

    private static async Task FitAsync(
        DbTransaction transaction, IGrouping<(long Sale, string Sku, long Epoch), ReservationMessage> group, Dictionary<OrderId, string> refused, CancellationToken stop)
    {
        Guard? guard = await transaction.Connection!.QuerySingleOrDefaultAsync<Guard>(new CommandDefinition(
            "SELECT units, sold, epoch FROM stock_guard WHERE sale_id = @sale AND sku_id = @sku FOR UPDATE",
            new { sale = group.Key.Sale, sku = group.Key.Sku }, transaction, cancellationToken: stop));
        string reason = guard is null ? OrderFailure.UnknownItem : guard.epoch != group.Key.Epoch ? OrderFailure.StaleEpoch : OrderFailure.Oversold;
        int room = reason == OrderFailure.Oversold ? guard!.units - guard.sold : 0;
        int fits = Math.Min(room, group.Count());
        if (fits > 0 && !await TryCountAsync(transaction, group.Key, fits, stop))
        {
            throw new InvalidOperationException("The guard row changed under our lock.");
        }

        foreach (ReservationMessage order in group.OrderBy(order => order.OrderId.Value).Skip(fits))
        {
            refused.Add(order.OrderId, reason);
        }
    }

    private static async Task<bool> TryCountAsync(DbTransaction transaction, (long Sale, string Sku, long Epoch) key, int n, CancellationToken stop) =>
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            Count, new { n, sale = key.Sale, sku = key.Sku, epoch = key.Epoch }, transaction, cancellationToken: stop)) == 1;

    private sealed record Guard(int units, int sold, long epoch);
}
