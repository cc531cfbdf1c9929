using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Seckill.Core.Diagnostics;

/// <summary>The one meter and the one activity source; each feature keeps its instruments in its own <c>…Metrics</c> class.</summary>
public static class SeckillMeter
{
    /// <summary>Name of the meter and of the activity source, for exporters.</summary>
    public const string Name = "Seckill";

    /// <summary>Creates instruments. Names: <c>seckill.feature.thing</c>, units in UCUM (<c>{grab}</c>, <c>s</c>, <c>By</c>).</summary>
    public static Meter Meter { get; } = new(Name);

    /// <summary>Starts spans.</summary>
    public static ActivitySource Activities { get; } = new(Name);
}
