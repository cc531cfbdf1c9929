using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Admission;

/// <summary>Instruments of the filters.</summary>
internal static class BloomMetrics
{
    public static readonly Counter<long> Built = SeckillMeter.Meter.CreateCounter<long>("seckill.bloom.built", "{filter}", "Filters that this node built and published");

    public static readonly Counter<long> Loaded = SeckillMeter.Meter.CreateCounter<long>("seckill.bloom.loaded", "{filter}", "Filters that this node took from Redis");

    private static readonly Counter<long> RefusedFilters =
        SeckillMeter.Meter.CreateCounter<long>("seckill.bloom.refused", "{filter}", "Filters in Redis that were not taken, by cause");

    public static void Refused(BloomFault fault) => RefusedFilters.Add(1, new KeyValuePair<string, object?>("cause", fault.ToString()));
}
