using System.Globalization;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders.Timeline;

/// <summary>The column <c>steps</c> of the order tables: <c>decidedMs takenMs producedMs receivedMs[ traceId]</c>, Unix ms, 0 for what is not known.</summary>
internal static class StoredSteps
{
    // Where the trace id stands in a traceparent: 00-<traceId>-<spanId>-01.
    private static readonly Range TraceIdPart = 3..35;

    /// <summary>The text of a trail; null when there is nothing to keep.</summary>
    public static string? Format(in ReservationTrail trail)
    {
        if (trail.DecidedMs == 0 && trail.TakenMs == 0 && trail.ProducedMs == 0 && trail.ReceivedMs == 0 && trail.TraceParent is null)
        {
            return null;
        }

        string times = string.Create(CultureInfo.InvariantCulture, $"{trail.DecidedMs} {trail.TakenMs} {trail.ProducedMs} {trail.ReceivedMs}");
        return TraceContext.IsValid(trail.TraceParent) ? $"{times} {trail.TraceParent![TraceIdPart]}" : times;
    }

    /// <summary>Reads a text; what is not as it should be is not known.</summary>
    public static (IEnumerable<OrderStep> Steps, string? TraceId) Parse(string? text)
    {
        string[] parts = (text ?? string.Empty).Split(' ');
        if (parts.Length is not (4 or 5))
        {
            return ([], null);
        }

        string[] names = [OrderSteps.Decided, OrderSteps.Taken, OrderSteps.Produced, OrderSteps.Received];
        return (names.Zip(parts, StepOf).OfType<OrderStep>(), parts.Length == 5 ? parts[4] : null);
    }

    private static OrderStep? StepOf(string name, string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long ms) && ReservationTrail.Known(ms) != 0 ? new OrderStep(name, DateTimeOffset.FromUnixTimeMilliseconds(ms)) : null;
}
