using System.Data.Common;
using Seckill.Api.Contracts;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

namespace Seckill.Api.Orders;

/// <summary>A user's orders as the user should see them: rows of MySQL, and reservations in Redis that are not rows yet.</summary>
public sealed class OrderLookup(OrderStore orders, StockStore stock, SaleCatalog catalog, TimeProvider time)
{
    /// <summary>Orders listed at once.</summary>
    public const int MaxListed = 100;

    /// <summary>Buckets looked into for reservations.</summary>
    private const int MaxBuckets = 200;

    /// <summary>How long after its end a sale may still have reservations on their way: the worst that a pile-up in the pipeline should take.</summary>
    private static readonly TimeSpan PipelineSlack = TimeSpan.FromHours(1);

    /// <summary>Finds one order of a user; null when the user has none of this id.</summary>
    /// <exception cref="DbException">MySQL is away and Redis does not hold the reservation, so nobody can tell.</exception>
    public async Task<OrderView?> FindAsync(UserId user, OrderId id, CancellationToken stop)
    {
        // The id carries its user's shard: most strangers' ids end here, without I/O.
        if (SnowflakeIds.ShardOf(id.Value) != UserShard.Of(user))
        {
            return null;
        }

        try
        {
            if (await orders.FindAsync(id, stop) is { } order)
            {
                return order.User == user ? OrderView.Of(order) : null;
            }
        }
        catch (DbException) when (!stop.IsCancellationRequested)
        {
            OrderView? reserved = await FindReservedAsync(user, id);
            if (reserved is not null)
            {
                return reserved;
            }

            throw;
        }

        return await FindReservedAsync(user, id);
    }

    /// <summary>A user's orders, newest first.</summary>
    /// <exception cref="DbException">MySQL is away.</exception>
    public async Task<IReadOnlyList<OrderView>> ListAsync(UserId user, CancellationToken stop)
    {
        // Redis first: a reservation that becomes a row in between is then found twice and shown once; the other way round it would be missed.
        DateTimeOffset now = time.GetUtcNow();
        List<OrderView> reserved = [];
        try
        {
            await foreach (OrderView view in ReservedAsync(user, sale => sale.StateAt(now) is not SaleState.Scheduled && now < sale.Window.EndsAt + PipelineSlack))
            {
                reserved.Add(view);
            }
        }
        catch (StockUnavailableException)
        {
            // The rows alone are still worth showing; a reservation shows up once Redis is back or its row is written.
        }

        IReadOnlyList<Order> rows = await orders.ListByUserAsync(user, MaxListed, stop);
        HashSet<OrderId> written = [.. rows.Select(row => row.Id)];
        return [.. rows.Select(OrderView.Of)
            .Concat(reserved.Where(view => !written.Contains(view.OrderId)))
            .OrderByDescending(view => view.OrderId.Value)
            .Take(MaxListed)];
    }

    private async Task<OrderView?> FindReservedAsync(UserId user, OrderId id)
    {
        DateTimeOffset made = SnowflakeIds.TimeOf(id.Value);
        await foreach (OrderView view in ReservedAsync(user, sale => sale.CreatedAt <= made && made < sale.Window.EndsAt + PipelineSlack))
        {
            if (view.OrderId == id)
            {
                return view;
            }
        }

        return null;
    }

    private async IAsyncEnumerable<OrderView> ReservedAsync(UserId user, Func<Sale, bool> isCandidate)
    {
        var candidates = catalog.Current.Sales.Where(isCandidate).SelectMany(sale => sale.Items, (sale, item) => (sale, item)).Take(MaxBuckets).ToArray();
        IReadOnlyList<OrderId>[] held = await Task.WhenAll(candidates.Select(candidate => stock.FindHeldAsync(candidate.sale.BucketOf(candidate.item, user), user)));
        for (int i = 0; i < held.Length; i++)
        {
            foreach (OrderId order in held[i])
            {
                DateTimeOffset at = SnowflakeIds.TimeOf(order.Value);
                (Sale sale, SaleItem item) = candidates[i];
                yield return new OrderView(order, OrderStatus.Reserved.ToText(), sale.Id, item.Sku, item.Price, Reason: null, PayBy: null, at, at);
            }
        }
    }
}
