using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Locking;

/// <summary>Instruments of the locks, by <c>resource</c> (a handful of names).</summary>
internal static class LockingMetrics
{
    public static readonly UpDownCounter<long> Held =
        SeckillMeter.Meter.CreateUpDownCounter<long>("seckill.locking.held", "{lock}", "Locks that this process holds. Over all nodes at most 1 per resource.");

    public static readonly Counter<long> Acquired =
        SeckillMeter.Meter.CreateCounter<long>("seckill.locking.acquired", "{lock}", "Locks taken.");

    public static readonly Counter<long> Contended =
        SeckillMeter.Meter.CreateCounter<long>("seckill.locking.contended", "{attempt}", "Tries that got no majority: another holds the lock, or too few instances answer.");

    public static readonly Counter<long> Lost =
        SeckillMeter.Meter.CreateCounter<long>("seckill.locking.lost", "{lock}", "Locks that could no longer be vouched for before they were given back.");

    public static readonly Counter<long> Refused =
        SeckillMeter.Meter.CreateCounter<long>("seckill.locking.fence.refused", "{transaction}", "Writes of a stale holder that its token gave away.");

    public static KeyValuePair<string, object?> Of(string resource) => new("resource", resource);
}
