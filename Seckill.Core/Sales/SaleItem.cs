using Seckill.Core.Ids;

namespace Seckill.Core.Sales;

/// <summary>One line of a sale.</summary>
/// <param name="Sku">What is sold.</param>
/// <param name="Name">For people, 1 to 200 characters.</param>
/// <param name="Price">Of one unit, two decimals.</param>
/// <param name="Stock">Units offered, at least 1.</param>
/// <param name="PerUserLimit">Units one user may hold, at least 1.</param>
public sealed record SaleItem(SkuId Sku, string Name, decimal Price, int Stock, int PerUserLimit);
