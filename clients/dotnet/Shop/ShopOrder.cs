namespace Seckill.Client.Shop;

/// <summary>An order of the caller.</summary>
/// <param name="OrderId">Its id.</param>
/// <param name="Status">reserved, pending-payment, paid, cancelled or failed.</param>
/// <param name="SaleId">Its sale.</param>
/// <param name="SkuId">What was bought.</param>
public sealed record ShopOrder(string OrderId, string Status, string? SaleId, string? SkuId);
