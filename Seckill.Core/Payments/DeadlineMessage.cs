using Seckill.Core.Ids;

namespace Seckill.Core.Payments;

/// <summary>Value of a deadline topic: JSON in camel case; header <c>type</c> = <see cref="Type"/>, <c>due-at</c> = the order's pay-by, key = order id.</summary>
/// <param name="OrderId">The order to look at when the time has come. What it may cost the order, the order's row decides.</param>
public sealed record DeadlineMessage(OrderId OrderId)
{
    /// <summary>Message type and version.</summary>
    public const string Type = "payment-deadline.v1";
}
