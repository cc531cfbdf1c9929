using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Resilience;

/// <summary>Instruments of the pipelines before dependencies, tagged with the <c>dependency</c>.</summary>
internal static class ResilienceMetrics
{
    public static readonly Counter<long> Retries =
        SeckillMeter.Meter.CreateCounter<long>("seckill.resilience.retries", "{call}", "Calls that were made again at once.");

    public static readonly Counter<long> Timeouts =
        SeckillMeter.Meter.CreateCounter<long>("seckill.resilience.timeouts", "{call}", "Calls that had no answer within their limit.");

    public static readonly Counter<long> Rejected =
        SeckillMeter.Meter.CreateCounter<long>("seckill.resilience.rejected", "{call}", "Calls that were not made: reason circuit (it is open) or bulkhead (too many are under way).");
}
