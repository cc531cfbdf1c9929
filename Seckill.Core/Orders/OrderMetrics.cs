using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Orders;

/// <summary>Instruments of the order intake.</summary>
internal static class OrderMetrics
{
    public static readonly Counter<long> Written =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.written", "{order}", "Order rows written, by status.");

    public static readonly Counter<long> Repeated =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.repeated", "{message}", "Reservations whose row stood already.");

    public static readonly Counter<long> Clashes =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.id_clashes", "{order}", "Order ids that belonged to somebody else's order. Must be 0.");

    public static readonly Counter<long> Retries =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.retries", "{attempt}", "Stages repeated since a server was away, by stage.");

    public static readonly Histogram<double> TimeToOrder =
        SeckillMeter.Meter.CreateHistogram<double>("seckill.orders.time_to_order", "s", "From the reservation in Redis to the committed row.");

    public static readonly Gauge<long> Lag =
        SeckillMeter.Meter.CreateGauge<long>("seckill.orders.consumer_lag", "{message}", "Reservations in Kafka that are not finished, over all partitions.");
}
