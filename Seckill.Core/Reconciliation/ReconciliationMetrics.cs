using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Reconciliation;

/// <summary>Instruments of reconciliation. In a healthy system they stand still.</summary>
internal static class ReconciliationMetrics
{
    /// <summary>Reservations without an order, sent to Kafka again.</summary>
    public static readonly Counter<long> Republished =
        SeckillMeter.Meter.CreateCounter<long>("seckill.reconciliation.republished", "{reservation}", "Reservations without an order, sent to Kafka again");

    /// <summary>Units that an ended order still held.</summary>
    public static readonly Counter<long> Released =
        SeckillMeter.Meter.CreateCounter<long>("seckill.reconciliation.released", "{unit}", "Units given back that a failed or cancelled order still held");

    /// <summary>Differences of all names.</summary>
    public static readonly Counter<long> Findings = SeckillMeter.Meter.CreateCounter<long>("seckill.reconciliation.findings", "{difference}", "Differences found between Redis, Kafka and MySQL");

    /// <summary>When a pass over all sales that are due was last completed.</summary>
    public static readonly Gauge<double> CompletedAt =
        SeckillMeter.Meter.CreateGauge<double>("seckill.reconciliation.completed_timestamp", "s", "When this Worker last completed a pass over the sales, in Unix time. One Worker at a time makes them: the latest of all counts.");
}
