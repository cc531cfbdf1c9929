using Seckill.Core.Ids;

namespace Seckill.Core.Messaging;

/// <summary>Value of <see cref="KafkaTopics.OrderEvents"/>: JSON in camel case; header <c>type</c> = <see cref="Type"/>, key = order id.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="SaleId">Its sale.</param>
/// <param name="SkuId">Its SKU.</param>
/// <param name="UserId">The buyer.</param>
/// <param name="Status">What it became: paid, cancelled, refunded or failed.</param>
/// <param name="Price">Of the unit.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="At">When it was committed.</param>
public sealed record OrderEventMessage(
    OrderId OrderId, SaleId SaleId, SkuId SkuId, UserId UserId, string Status, decimal Price, string? Reason, DateTimeOffset At)
{
    /// <summary>Message type and version.</summary>
    public const string Type = "order-event.v1";
}
