namespace Seckill.Core.Orders;

/// <summary>Payload of every <c>order.*</c> message. Price: all but failed. Reason: failed, cancelled, refunded. PayBy: created.</summary>
internal sealed record OrderPush(string OrderId, string SaleId, string SkuId, string Status, decimal? Price, string? Reason, DateTimeOffset? PayBy = null);
