using Seckill.Core.Ids;

namespace Seckill.Core.Receipts;

/// <summary>What a receipt says: this user was promised this order of this SKU.</summary>
/// <param name="Order">The order; its id carries the time of the reservation.</param>
/// <param name="Sale">The sale.</param>
/// <param name="Sku">The SKU.</param>
/// <param name="User">The winner.</param>
/// <param name="Bucket">Index of the stock bucket that gave the unit.</param>
/// <param name="Epoch">The bucket's epoch.</param>
/// <param name="Version">The bucket's sequence: its version after the batch, or when the answer was repeated.</param>
public readonly record struct Receipt(OrderId Order, SaleId Sale, SkuId Sku, UserId User, int Bucket, long Epoch, long Version)
{
    /// <summary>When the unit was reserved, to the millisecond.</summary>
    public DateTimeOffset ReservedAt => SnowflakeIds.TimeOf(Order.Value);
}
