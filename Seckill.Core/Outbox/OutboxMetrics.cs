using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Outbox;

/// <summary>Instruments of the relay.</summary>
internal static class OutboxMetrics
{
    public static readonly Counter<long> Relayed =
        SeckillMeter.Meter.CreateCounter<long>("seckill.outbox.relayed", "{reservation}", "Reservations that Kafka has and Redis no longer holds.");

    public static readonly Counter<long> Claimed =
        SeckillMeter.Meter.CreateCounter<long>("seckill.outbox.claimed", "{entry}", "Entries taken over from a relay that went silent.");

    public static readonly Counter<long> Malformed =
        SeckillMeter.Meter.CreateCounter<long>("seckill.outbox.malformed", "{entry}", "Entries that could not be read.");

    public static readonly Gauge<long> Length =
        SeckillMeter.Meter.CreateGauge<long>("seckill.outbox.length", "{entry}", "Entries that await Kafka, over all buckets.");

    public static readonly Gauge<double> OldestAge =
        SeckillMeter.Meter.CreateGauge<double>("seckill.outbox.oldest_age", "s", "Age of the oldest entry of all buckets.");
}
