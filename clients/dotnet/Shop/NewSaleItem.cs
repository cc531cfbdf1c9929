namespace Seckill.Client.Shop;

/// <summary>An item of a <see cref="NewSale"/>.</summary>
/// <param name="SkuId">Its id.</param>
/// <param name="Name">Shown on the page.</param>
/// <param name="Price">As the Api takes it.</param>
/// <param name="Stock">Units offered.</param>
/// <param name="PerUserLimit">Units one user may hold.</param>
/// <param name="Buckets">Stock buckets that share the units, 1 to 64; more than 1 spreads a hot item over the nodes of a Redis Cluster.</param>
public sealed record NewSaleItem(string SkuId, string Name, decimal Price, int Stock, int PerUserLimit = 1, int Buckets = 1);
