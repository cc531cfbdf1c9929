using Seckill.Core.Ids;

namespace Seckill.Core.Orders;

/// <summary>One order as it stands in MySQL.</summary>
/// <param name="Id">The order.</param>
/// <param name="Sale">The sale.</param>
/// <param name="Sku">The SKU.</param>
/// <param name="User">The buyer.</param>
/// <param name="Price">What one unit cost when the order was written.</param>
/// <param name="Status">Never <see cref="OrderStatus.Reserved"/>: a row is at least pending payment.</param>
/// <param name="Reason">Why it was cancelled or failed, see <see cref="OrderFailure"/> and <see cref="OrderCancellation"/>; null otherwise.</param>
/// <param name="Bucket">Index of the stock bucket that gave the unit.</param>
/// <param name="PayBy">Until when it can be paid; null for a failed order.</param>
/// <param name="ReservedAt">When Redis promised the unit.</param>
/// <param name="CreatedAt">When the row was written.</param>
/// <param name="UpdatedAt">When its status last changed.</param>
public sealed record Order(
    OrderId Id, SaleId Sale, SkuId Sku, UserId User, decimal Price, OrderStatus Status, string? Reason,
    int Bucket, DateTimeOffset? PayBy, DateTimeOffset ReservedAt, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
