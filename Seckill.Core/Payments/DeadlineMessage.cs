using Seckill.Core.Ids;

namespace Seckill.Core.Payments;

/// <summary>Value of a deadline topic: JSON in camel case; header <c>type</c> = <see cref="Type"/>, <c>due-at</c> = the orders' pay-by, key = the first of them.</summary>
/// <param name="OrderIds">The orders to look at when the time has come, 1 to <see cref="MaxOrders"/>. What it may cost an order, its row decides.</param>
public sealed record DeadlineMessage(IReadOnlyList<OrderId> OrderIds)
{
    /// <summary>Message type and version.</summary>
    public const string Type = "payment-deadline.v1";

    /// <summary>Most orders of one message: about 3 KB, and beyond it a record of its own costs nothing any more.</summary>
    public const int MaxOrders = 128;
}
