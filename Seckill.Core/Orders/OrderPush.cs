namespace Seckill.Core.Orders;

/// <summary>Payload of <c>order.created</c> (with price) and <c>order.failed</c> (with reason).</summary>
internal sealed record OrderPush(string OrderId, string SaleId, string SkuId, string Status, decimal? Price, string? Reason);
