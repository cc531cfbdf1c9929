using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Seckill.Core.Diagnostics;

/// <summary>The one meter and the one activity source; each feature keeps its instruments in its own <c>…Metrics</c> class. Every name with its meaning: <c>docs/metrics.md</c>.</summary>
public static class SeckillMeter
{
    /// <summary>Name of the meter and of the activity source, for exporters.</summary>
    public const string Name = "Seckill";

    private static readonly double[] CallBounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] DelayBounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];

    /// <summary>Creates instruments. Names: <c>seckill.feature.thing</c>, units in UCUM (<c>{grab}</c>, <c>s</c>, <c>By</c>).</summary>
    public static Meter Meter { get; } = new(Name);

    /// <summary>Starts spans.</summary>
    public static ActivitySource Activities { get; } = new(Name);

    /// <summary>A histogram in seconds for what somebody waits for: from half a millisecond to 10 s. Without bounds of its own a histogram would get those made for milliseconds.</summary>
    public static Histogram<double> Calls(string name, string description) => Seconds(name, description, CallBounds);

    /// <summary>A histogram in seconds for what goes on behind: from 10 ms to a quarter of an hour.</summary>
    public static Histogram<double> Delays(string name, string description) => Seconds(name, description, DelayBounds);

    private static Histogram<double> Seconds(string name, string description, double[] bounds) =>
        Meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
