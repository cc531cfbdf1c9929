using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>Units of one SKU that came back, and how many are left now.</summary>
internal sealed record UnitsReturnedItem(SkuId SkuId, long Units, long Left);
