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
}
