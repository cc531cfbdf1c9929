using System.Diagnostics;

namespace Seckill.Core.Diagnostics;

/// <summary>Carries a trace over what no call stack spans: a queue, a stream, a topic, a mailbox. It travels as the text of W3C's <c>traceparent</c>, and only when the trace is recorded.</summary>
/// <remarks>
/// A step of a traced order gets a span of its own, however many orders share the call behind it: one trace then tells the whole of one order's way. What no one traces costs a comparison
/// with null. Spans begun here are not the current one: many are open side by side, and end in any order.
/// </remarks>
public static class TraceContext
{
    /// <summary>Characters of a <c>traceparent</c>.</summary>
    public const int Length = 55;

    /// <summary>The current span as text when it is recorded; else null.</summary>
    public static string? Current => Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } span ? span.Id : null;

    /// <summary>Whether a text is a <c>traceparent</c> of a recorded trace.</summary>
    public static bool IsValid(string? traceParent) => TryParse(traceParent, out _);

    /// <summary>Begins a span under a trace that came from elsewhere; null when there is none, or nobody listens in this process.</summary>
    /// <param name="name">A constant: names are few, so that a backend can group by them.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="traceParent">What came along.</param>
    /// <param name="startedAt">When it began; default: now.</param>
    public static Activity? Begin(string name, ActivityKind kind, string? traceParent, DateTimeOffset startedAt = default)
    {
        if (traceParent is null || !SeckillMeter.Activities.HasListeners() || !TryParse(traceParent, out ActivityContext parent))
        {
            return null;
        }

        Activity? before = Activity.Current;
        Activity? span = SeckillMeter.Activities.StartActivity(name, kind, parent, startTime: startedAt);
        Activity.Current = before;
        return span;
    }

    /// <summary>Ends a span that <see cref="Begin"/> began.</summary>
    /// <param name="span">The span, if there is one.</param>
    /// <param name="fault">Not null: why it failed, in a word or two.</param>
    public static void End(Activity? span, string? fault = null)
    {
        if (span is null)
        {
            return;
        }

        if (fault is not null)
        {
            span.SetStatus(ActivityStatusCode.Error, fault);
        }

        Activity? before = Activity.Current;
        span.Stop();
        Activity.Current = before;
    }

    /// <summary>Reads a <c>traceparent</c>; false for what is none, and for a trace that is not recorded: there is nothing to add to it.</summary>
    public static bool TryParse(string? traceParent, out ActivityContext context)
    {
        context = default;
        return traceParent is { Length: Length } && ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out context) && context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);
    }
}
