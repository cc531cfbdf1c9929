using Seckill.Core.Ids;

namespace Seckill.Api.Contracts;

/// <summary>An item as a visitor sees it.</summary>
/// <param name="SkuId">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Price">Of one unit.</param>
/// <param name="Stock">Units offered.</param>
/// <param name="PerUserLimit">Units one user may hold.</param>
/// <param name="Left">Units left, up to half a second old; null when it is not known.</param>
/// <param name="Buckets">Stock buckets that share the units.</param>
public sealed record SaleItemView(SkuId SkuId, string Name, decimal Price, int Stock, int PerUserLimit, long? Left, int Buckets);
