using Seckill.Core.Ids;

namespace Seckill.Core.Sales;

/// <summary>What MySQL knows of an item's units.</summary>
/// <param name="Sku">The SKU.</param>
/// <param name="Units">Units offered.</param>
/// <param name="Sold">Active orders.</param>
/// <param name="Epoch">The epoch that the Redis bucket must have.</param>
/// <param name="Warmed">True once the bucket was created in Redis.</param>
public sealed record StockGuard(SkuId Sku, int Units, int Sold, long Epoch, bool Warmed);
