using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Audit;

/// <summary>Instruments of the audit log.</summary>
internal static class AuditMetrics
{
    public static readonly Counter<long> Unwritten =
        SeckillMeter.Meter.CreateCounter<long>("seckill.audit.unwritten", "{entry}", "Actions that were carried out and stand in this node's log only: MySQL did not take their entry.");

    public static readonly Counter<long> RefusalsDropped =
        SeckillMeter.Meter.CreateCounter<long>("seckill.audit.refusals_dropped", "{entry}", "Refused attempts without an entry: too many at once, or MySQL away.");
}
