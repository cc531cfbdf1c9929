using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Orders.Timeline;

/// <summary>Counters of the order timelines.</summary>
internal static class TimelineMetrics
{
    public static readonly Counter<long> NotNoted = SeckillMeter.Meter.CreateCounter<long>(
        "seckill.timeline.not_noted", "{batch}", "Intake batches whose commit time was not kept, since too many waited to be written");

    public static readonly Counter<long> Forgotten = SeckillMeter.Meter.CreateCounter<long>(
        "seckill.timeline.forgotten", "{order}", "Orders whose steps were removed, being older than Seckill:OrderTimeline:Retention");
}
