using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Ids;

/// <summary>Instruments of the id maker. In a healthy system all stand still but for the grants.</summary>
internal static class IdsMetrics
{
    public static readonly Counter<long> StepsBack =
        SeckillMeter.Meter.CreateCounter<long>("seckill.ids.clock_steps_back", "{id}", "Ids that were asked for while the clock was behind an earlier reading.");

    public static readonly Counter<long> Granted =
        SeckillMeter.Meter.CreateCounter<long>("seckill.ids.granted", "{lease}", "Worker ids taken by this process.");

    public static readonly Counter<long> Clashes =
        SeckillMeter.Meter.CreateCounter<long>("seckill.ids.clashes", "{lease}", "Renewals that found the worker id with another holder.");
}
