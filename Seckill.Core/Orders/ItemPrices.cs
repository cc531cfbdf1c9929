using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Seckill.Core.Ids;

namespace Seckill.Core.Orders;

/// <summary>Prices of sale items, read once: an item's price is fixed when its sale is made. Thread-safe.</summary>
/// <remarks>At most <see cref="MaxItems"/>; when full it starts over, which costs one query per item in use. Unknown items are not kept, so a late catalog row is found.</remarks>
internal sealed class ItemPrices
{
    /// <summary>Most prices kept.</summary>
    public const int MaxItems = 10_000;

    private readonly ConcurrentDictionary<(SaleId, SkuId), decimal> _prices = new();

    /// <summary>The price, or null when the catalog does not know the item.</summary>
    public async Task<decimal?> FindAsync(DbConnection connection, SaleId sale, SkuId sku, CancellationToken stop)
    {
        if (_prices.TryGetValue((sale, sku), out decimal known))
        {
            return known;
        }

        decimal? price = await connection.QuerySingleOrDefaultAsync<decimal?>(new CommandDefinition(
            "SELECT price FROM sale_items WHERE sale_id = @sale AND sku_id = @sku", new { sale = sale.Value, sku = sku.Value }, cancellationToken: stop));
        if (price is { } found)
        {
            if (_prices.Count >= MaxItems)
            {
                _prices.Clear();
            }

            _prices[(sale, sku)] = found;
        }

        return price;
    }
}
