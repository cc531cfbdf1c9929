using System.Diagnostics;
using Seckill.Core.Diagnostics;
using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>The spans of the traced grabs of one call: each has one under its own trace, so that a trace tells of one grab and not of a batch. Nearly always there is none, which costs a look at each grab.</summary>
internal readonly struct GrabCallSpans
{
    private readonly List<Activity>? _spans;

    private GrabCallSpans(List<Activity> spans)
    {
        _spans = spans;
    }

    /// <summary>Begins them. What becomes of a winner hangs on this span: its context takes the place of the request's.</summary>
    public static GrabCallSpans Begin(StockGrab[] grabs)
    {
        List<Activity>? spans = null;
        for (int i = 0; i < grabs.Length && (spans is null || spans.Count < StockStore.MaxTraced); i++)
        {
            if (grabs[i].TraceParent is { } trace && TraceContext.Begin("grab.lua", ActivityKind.Client, trace) is { } span)
            {
                span.SetTag("db.system.name", "redis").SetTag("seckill.batch.size", grabs.Length);
                (spans ??= []).Add(span);
                grabs[i] = grabs[i] with { TraceParent = span.Id };
            }
        }

        return spans is null ? default : new GrabCallSpans(spans);
    }

    /// <summary>Ends them: the batch is answered, however it was.</summary>
    public void End() => _spans?.ForEach(span => TraceContext.End(span));
}
