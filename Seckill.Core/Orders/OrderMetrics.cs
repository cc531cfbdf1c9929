using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Orders;

/// <summary>Instruments of the order intake.</summary>
internal static class OrderMetrics
{
    public static readonly Counter<long> Written =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.written", "{order}", "Order rows written, by status.");

    public static readonly Counter<long> Refused =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.refused", "{order}", "Reservations that could become no active order, by reason; oversold: the guard in MySQL held what Redis had promised too much.");

    public static readonly Counter<long> Changed =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.changed", "{order}", "Orders that left the status they were written in, by the new one.");

    public static readonly Counter<long> FollowedUp =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.followed_up", "{row}", "Rows of order_outbox that were carried out, by work.");

    public static readonly Gauge<long> FollowUpRows =
        SeckillMeter.Meter.CreateGauge<long>("seckill.orders.follow_up_rows", "{row}", "Rows of order_outbox that wait, by work.");

    public static readonly Gauge<double> FollowUpAge =
        SeckillMeter.Meter.CreateGauge<double>("seckill.orders.follow_up_age", "s", "Age of the oldest row of order_outbox, by work: how far the world is behind the orders.");

    public static readonly Counter<long> Released =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.units_released", "{unit}", "Units that went back to the stock since their order ended.");

    public static readonly Counter<long> Repeated =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.repeated", "{message}", "Reservations whose row stood already.");

    public static readonly Counter<long> Clashes =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.id_clashes", "{order}", "Order ids that belonged to somebody else's order. Must be 0.");

    public static readonly Counter<long> Retries =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.retries", "{attempt}", "Stages repeated since a server was away, by stage.");

    public static readonly Histogram<double> TimeToOrder =
        SeckillMeter.Delays("seckill.orders.time_to_order", "From the reservation in Redis to the committed row.");

    public static readonly Gauge<long> Lag =
        SeckillMeter.Meter.CreateGauge<long>("seckill.orders.consumer_lag", "{message}", "Reservations in Kafka that are not finished, over all partitions, those waiting in retry tiers included.");

    public static readonly Counter<long> StaleClaims =
        SeckillMeter.Meter.CreateCounter<long>("seckill.orders.stale_claims", "{reservation}", "Reservations of a bucket's former life that claimed their unit again, by fate.");
}
