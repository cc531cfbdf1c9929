using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Sales;

/// <summary>How the node's copy of the sales is kept.</summary>
internal static class SalesMetrics
{
    public static readonly Gauge<double> RefreshedAt =
        SeckillMeter.Meter.CreateGauge<double>("seckill.catalog.refreshed_timestamp", "s", "When the node's copy of the sales was last compared with Redis, in Unix time: the older, the longer it has gone without.");

    public static readonly Counter<long> Unchanged = SeckillMeter.Meter.CreateCounter<long>("seckill.catalog.hits", "{look}", "Looks that found the copy up to date.");

    public static readonly Counter<long> Changed = SeckillMeter.Meter.CreateCounter<long>("seckill.catalog.misses", "{look}", "Looks that read the sales anew.");
}
