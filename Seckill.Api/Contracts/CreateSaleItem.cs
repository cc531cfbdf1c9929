namespace Seckill.Api.Contracts;

/// <summary>An item of a sale to be made.</summary>
/// <param name="SkuId">1 to 64 letters, digits or <c>-_.@|+</c>.</param>
/// <param name="Name">1 to 200 characters.</param>
/// <param name="Price">0 to 9,999,999,999.99, two decimals.</param>
/// <param name="Stock">1 to 10,000,000 units.</param>
/// <param name="PerUserLimit">1 to 100; default 1.</param>
/// <param name="Buckets">Stock buckets that share the units, 1 to 64; default 1. More than 1 spreads a hot item over the nodes of a Redis Cluster.</param>
public sealed record CreateSaleItem(string? SkuId, string? Name, decimal? Price, int? Stock, int? PerUserLimit, int? Buckets);
