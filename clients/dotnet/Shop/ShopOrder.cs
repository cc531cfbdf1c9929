namespace Seckill.Client.Shop;

/// <summary>An order of the caller.</summary>
/// <param name="OrderId">Its id.</param>
/// <param name="Status">reserved, pending-payment, paid, cancelled, failed or refunded.</param>
/// <param name="SaleId">Its sale.</param>
/// <param name="SkuId">What was bought.</param>
/// <param name="Price">Of the unit.</param>
/// <param name="PayBy">Until when it can be paid; null unless it awaits payment.</param>
public sealed record ShopOrder(string OrderId, string Status, string? SaleId, string? SkuId, decimal? Price = null, DateTimeOffset? PayBy = null);
