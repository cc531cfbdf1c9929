using System.Diagnostics.Metrics;

namespace Seckill.Core.Diagnostics;

/// <summary>A series that is exported as 0 from the start: a counter that first appears at 1 has, to a rule that looks at its increase, never increased, so the first event would pass unseen.</summary>
/// <param name="Counter">The counter.</param>
/// <param name="Tag">Its one tag; null for a counter without any.</param>
public sealed record ZeroSeries(Counter<long> Counter, KeyValuePair<string, object?>? Tag)
{
    /// <summary>Lets it be seen. Before whoever collects is there, nobody would notice.</summary>
    public void Begin()
    {
        if (Tag is { } tag)
        {
            Counter.Add(0, tag);
        }
        else
        {
            Counter.Add(0);
        }
    }
}
