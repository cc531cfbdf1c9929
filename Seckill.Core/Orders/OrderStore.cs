using System.Data.Common;
using Dapper;
using Seckill.Core.Database;
using Seckill.Core.Ids;

namespace Seckill.Core.Orders;

/// <summary>Reads orders from MySQL. Thread-safe.</summary>
public sealed class OrderStore(SeckillDatabase database)
{
    /// <summary>Most orders that <see cref="ListByUserAsync"/> hands out at once.</summary>
    public const int MaxListed = 500;

    /// <summary>Finds an order; null when there is no row (yet).</summary>
    /// <exception cref="DbException">The database is away or refuses.</exception>
    public async Task<Order?> FindAsync(OrderId order, CancellationToken stop = default)
    {
        string sql = $"SELECT {OrderRow.Columns} FROM {OrderTables.Name(OrderTables.Of(order))} WHERE order_id = @id";
        await using DbConnection connection = await database.OpenAsync(stop);
        OrderRow? row = await connection.QuerySingleOrDefaultAsync<OrderRow>(new CommandDefinition(sql, new { id = order.Value }, cancellationToken: stop));
        return row?.ToOrder();
    }

    /// <summary>A user's orders of all sales, newest first.</summary>
    /// <param name="user">The user.</param>
    /// <param name="limit">At most so many, 1 to <see cref="MaxListed"/>.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="DbException">The database is away or refuses.</exception>
    public async Task<IReadOnlyList<Order>> ListByUserAsync(UserId user, int limit, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxListed);
        string sql = $"SELECT {OrderRow.Columns} FROM {OrderTables.Name(OrderTables.Of(user))} WHERE user_id = @user ORDER BY order_id DESC LIMIT {limit}";
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<OrderRow> rows = await connection.QueryAsync<OrderRow>(new CommandDefinition(sql, new { user = user.Value }, cancellationToken: stop));
        return [.. rows.Select(row => row.ToOrder())];
    }

    /// <summary>The status of each order that has a row; orders without one are absent. One query for each table named.</summary>
    /// <exception cref="DbException">The database is away or refuses.</exception>
    public async Task<IReadOnlyDictionary<OrderId, OrderStatus>> ReadStatusesAsync(IEnumerable<OrderId> orders, CancellationToken stop = default)
    {
        Dictionary<OrderId, OrderStatus> statuses = [];
        await using DbConnection connection = await database.OpenAsync(stop);
        foreach (IGrouping<int, OrderId> table in orders.GroupBy(OrderTables.Of))
        {
            string sql = $"SELECT order_id, status FROM {OrderTables.Name(table.Key)} WHERE order_id IN @ids";
            var ids = table.Select(order => order.Value).ToArray();
            foreach ((long id, string status) in await connection.QueryAsync<(long, string)>(new CommandDefinition(sql, new { ids }, cancellationToken: stop)))
            {
                statuses[new OrderId(id)] = OrderStatusText.Parse(status);
            }
        }

        return statuses;
    }

    /// <summary>How many orders of a sale stand in each status; a status without orders is absent. Counts all four tables: for admin pages, not for a hot path.</summary>
    /// <exception cref="DbException">The database is away or refuses.</exception>
    public async Task<IReadOnlyDictionary<OrderStatus, long>> CountByStatusAsync(SaleId sale, CancellationToken stop = default)
    {
        const string sql = "SELECT status, COUNT(*) AS orders FROM orders WHERE sale_id = @sale GROUP BY status";
        await using DbConnection connection = await database.OpenAsync(stop);
        IEnumerable<(string Status, long Orders)> rows =
            await connection.QueryAsync<(string, long)>(new CommandDefinition(sql, new { sale = sale.Value }, cancellationToken: stop));
        return rows.ToDictionary(row => OrderStatusText.Parse(row.Status), row => row.Orders);
    }
}
