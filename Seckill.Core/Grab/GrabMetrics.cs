using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Grab;

/// <summary>Instruments of the grab path.</summary>
internal static class GrabMetrics
{
    public static readonly Counter<long> Outcomes = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.outcomes", "{grab}", "Grabs by outcome");

    public static readonly Histogram<int> BatchSize = SeckillMeter.Meter.CreateHistogram<int>("seckill.grab.batch_size", "{grab}", "Grabs in one call to Redis");

    public static readonly Counter<long> AskedAgain = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.asked_again", "{call}", "Calls repeated because the outcome was unknown");

    public static readonly Counter<long> Fenced = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.fenced", "{call}", "Calls refused by the epoch or version fence");

    public static readonly Counter<long> Testified =
        SeckillMeter.Meter.CreateCounter<long>("seckill.grab.testified", "{winner}", "Winners told by this node that it laid down because their bucket began another life");

    public static readonly Counter<long> BoardPages = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.board_pages", "{bucket}", "Sold-out flags set");

    public static readonly Counter<long> BoardLifts = SeckillMeter.Meter.CreateCounter<long>("seckill.grab.board_lifts", "{bucket}", "Sold-out flags lifted");
}
