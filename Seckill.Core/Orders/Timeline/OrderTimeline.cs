using Seckill.Core.Ids;

namespace Seckill.Core.Orders.Timeline;

/// <summary>The way of an order.</summary>
/// <param name="Order">The order.</param>
/// <param name="TraceId">Its trace, 32 hex digits; null when it was not traced.</param>
/// <param name="Steps">What is known, in the order of <see cref="OrderSteps"/>; a step that is not known (yet, or any more) is absent. Clocks of several machines: a step may seem to come before the one that it followed.</param>
public sealed record OrderTimeline(OrderId Order, string? TraceId, IReadOnlyList<OrderStep> Steps);
