using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>Units left of one SKU.</summary>
internal sealed record StockHintItem(SkuId SkuId, long Left);
