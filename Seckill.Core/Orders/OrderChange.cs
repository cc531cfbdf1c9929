using Seckill.Core.Ids;
using Seckill.Core.Stock;

namespace Seckill.Core.Orders;

/// <summary>A row of <c>order_outbox</c>: an order has become something, and one kind of work is still to follow.</summary>
/// <param name="Seq">The row.</param>
/// <param name="Order">The order.</param>
/// <param name="Bucket">Where its unit came from.</param>
/// <param name="User">The buyer.</param>
/// <param name="Price">Of the unit.</param>
/// <param name="Status">What it became.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="ChangedAt">When.</param>
internal sealed record OrderChange(
    long Seq, OrderId Order, StockBucket Bucket, UserId User, decimal Price, OrderStatus Status, string? Reason, DateTimeOffset ChangedAt);
