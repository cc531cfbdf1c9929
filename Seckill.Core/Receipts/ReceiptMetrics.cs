using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Receipts;

/// <summary>Instruments of receipts. In a healthy system the counter stands still.</summary>
internal static class ReceiptMetrics
{
    public static readonly Counter<long> Refused =
        SeckillMeter.Meter.CreateCounter<long>("seckill.receipts.refused", "{reservation}", "Reservations in Kafka without a valid receipt, by cause.");
}
