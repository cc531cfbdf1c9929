using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Grab;

/// <summary>Instruments of the grab path.</summary>
internal static class GrabMetrics
{
    public static readonly Counter<long> Outcomes = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.outcomes", "{grab}", "Grabs by outcome");

    public static readonly Histogram<int> BatchSize = SeckillMeter.Meter.CreateHistogram(
        "seckill.grab.batch_size", "{grab}", "Grabs in one call to Redis", tags: null, new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] });

    public static readonly Histogram<double> Wait = SeckillMeter.Calls("seckill.grab.wait", "How long the oldest grab of a call to Redis had waited when the call left");

    public static readonly Histogram<double> CallDuration = SeckillMeter.Calls("seckill.grab.call_duration", "From a call's leaving to Redis's decision, repetitions included; calls that ended without one are not in it");

    public static readonly Counter<long> AskedAgain = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.asked_again", "{call}", "Calls repeated because the outcome was unknown");

    public static readonly Counter<long> Fenced = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.fenced", "{call}", "Calls refused by the epoch or version fence");

    public static readonly Counter<long> Testified =
        SeckillMeter.Meter.CreateCounter<long>("seckill.grab.testified", "{winner}", "Winners told by this node that it laid down because their bucket began another life");

    public static readonly Counter<long> BoardPages = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.board_pages", "{bucket}", "Sold-out flags set");

    public static readonly Counter<long> BoardLifts = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.board_lifts", "{bucket}", "Sold-out flags lifted");
}
