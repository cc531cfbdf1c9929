using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Stock.Segments;

/// <summary>Instruments of segmented stock.</summary>
internal static class SegmentMetrics
{
    public static readonly Counter<long> Refills =
        SeckillMeter.Meter.CreateCounter<long>("seckill.stock.refills", "{chunk}", "Chunks that buckets of segmented SKUs have drawn from their pools.");

    public static readonly Counter<long> Gathers =
        SeckillMeter.Meter.CreateCounter<long>("seckill.stock.gathers", "{transfer}", "Times that units were fetched from a bucket for others: many before the end of a sale say that it has too many buckets.");
}
