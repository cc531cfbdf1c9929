using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>Instruments of the Kafka clients.</summary>
internal static class MessagingMetrics
{
    public static readonly Counter<long> Produced =
        SeckillMeter.Meter.CreateCounter<long>("seckill.messaging.produced", "{message}", "Messages that Kafka acknowledged.");

    public static readonly Counter<long> ProduceFailures =
        SeckillMeter.Meter.CreateCounter<long>("seckill.messaging.produce_failures", "{message}", "Delivery attempts that failed or whose fate is unknown; each was sent again, or its sender was told.");

    public static readonly Counter<long> ProducerRebuilds =
        SeckillMeter.Meter.CreateCounter<long>("seckill.messaging.producer_rebuilds", "{rebuild}", "Producers that failed for good and were replaced.");

    public static readonly Counter<long> Unroutable =
        SeckillMeter.Meter.CreateCounter<long>("seckill.messaging.unroutable", "{message}", "Messages of unknown type, or that cannot be read, by topic.");

    public static readonly Counter<long> DeadLetters =
        SeckillMeter.Meter.CreateCounter<long>("seckill.messaging.dead_letters", "{message}", "Messages that no retry can mend, by cause.");

    public static readonly Counter<long> Retried =
        SeckillMeter.Meter.CreateCounter<long>("seckill.messaging.retried", "{message}", "Messages put off to a retry tier, by tier.");

    public static readonly Histogram<double> DelayError =
        SeckillMeter.Delays("seckill.messaging.delay_error", "From the due time of a delayed message to the start of its handling, by topic.");

    private static readonly Counter<long> Rebalances =
        SeckillMeter.Meter.CreateCounter<long>("seckill.messaging.rebalances", "{rebalance}", "Partitions that came or went, each time once, by group and by what: assigned, revoked or lost.");

    public static readonly Gauge<long> DelayedHeld =
        SeckillMeter.Meter.CreateGauge<long>("seckill.messaging.delayed_held", "{message}", "Delayed messages that a consumer has read ahead, by group.");

    public static void Rebalanced(string group, string what) =>
        Rebalances.Add(1, new KeyValuePair<string, object?>("group", group), new KeyValuePair<string, object?>("what", what));
}
