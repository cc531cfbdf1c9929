using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Payments;

/// <summary>Instruments of payments and their deadlines.</summary>
internal static class PaymentMetrics
{
    public static readonly Counter<long> Moved =
        SeckillMeter.Meter.CreateCounter<long>("seckill.payments.moved", "{payment}", "Payments that reached a state, by state.");

    public static readonly Counter<long> Callbacks =
        SeckillMeter.Meter.CreateCounter<long>("seckill.payments.callbacks", "{callback}", "Callbacks of the gateway, by verdict.");

    public static readonly Counter<long> StepFaults =
        SeckillMeter.Meter.CreateCounter<long>("seckill.payments.step_faults", "{step}", "Steps of the saga that failed and are repeated.");

    public static readonly Gauge<double> Overdue =
        SeckillMeter.Meter.CreateGauge<double>("seckill.payments.overdue", "s", "How long the payment that has waited longest for its next step is overdue.");

    public static readonly Counter<long> Cancelled =
        SeckillMeter.Meter.CreateCounter<long>("seckill.payments.deadline_cancelled", "{order}", "Orders cancelled by their deadline, by what found them: topic or sweep.");

    public static readonly Histogram<double> CancelDelay =
        SeckillMeter.Delays("seckill.payments.deadline_delay", "From an order's deadline to its cancellation.");
}
