using Seckill.Core.Ids;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Sales;

/// <summary>One line of a sale.</summary>
/// <param name="Sku">What is sold.</param>
/// <param name="Name">For people, 1 to 200 characters.</param>
/// <param name="Price">Of one unit, two decimals.</param>
/// <param name="Stock">Units offered, at least 1.</param>
/// <param name="PerUserLimit">Units one user may hold, at least 1.</param>
public sealed record SaleItem(SkuId Sku, string Name, decimal Price, int Stock, int PerUserLimit)
{
    /// <summary>
    /// Stock buckets that share the units, 1 to <see cref="StockSegments.MaxBuckets"/>; fixed with the rest of the item by the warm-up. Default 1: what one slot of Redis decides is enough for all but the hottest SKU, and
    /// nothing is ever moved. With more, each lies on a slot of its own and draws on a pool (docs/segmented-stock.md).
    /// </summary>
    public int Buckets { get; init; } = 1;
}
