using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Stock.Recovery;

/// <summary>Instruments of recoveries. In a healthy system all of them stand still.</summary>
internal static class RecoveryMetrics
{
    public static readonly Counter<long> Losses = SeckillMeter.Meter.CreateCounter<long>("seckill.recovery.losses", "{bucket}", "Buckets that were found lost and fenced, by cause");

    public static readonly Counter<long> Recovered = SeckillMeter.Meter.CreateCounter<long>("seckill.recovery.recovered", "{bucket}", "Buckets that sell again");

    public static readonly Counter<long> Testimony =
        SeckillMeter.Meter.CreateCounter<long>("seckill.recovery.testimony", "{winner}", "Winners whom Api nodes testified to and no order row knew, by fate");

    public static readonly Histogram<double> Duration = SeckillMeter.Delays("seckill.recovery.duration", "From the fence until a bucket sold again");

    public static readonly Gauge<int> Fenced = SeckillMeter.Meter.CreateGauge<int>("seckill.recovery.fenced", "{bucket}", "Buckets that are closed by a recovery");
}
