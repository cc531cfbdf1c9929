using Seckill.Core.Ids;
using Seckill.Core.Orders.Timeline;

namespace Seckill.Api.Contracts;

/// <summary>The way of an order.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="TraceId">Its trace, 32 hex digits, for the tracing backend; null when it was not traced.</param>
/// <param name="Steps">What is known of it, in the order of the way; the first is always there.</param>
public sealed record OrderTraceView(OrderId OrderId, string? TraceId, IReadOnlyList<OrderTraceStep> Steps)
{
    /// <summary>From a timeline.</summary>
    public static OrderTraceView Of(OrderTimeline timeline)
    {
        DateTimeOffset first = timeline.Steps[0].At;
        return new OrderTraceView(timeline.Order, timeline.TraceId, [.. timeline.Steps.Select(step => new OrderTraceStep(step.Name, step.At.UtcDateTime, (step.At - first).TotalMilliseconds))]);
    }
}
