using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;

namespace Seckill.Core.Payments;

/// <summary>The second way to a deadline: looks for orders that are overdue by more than a grace, and cancels them. For messages that Kafka lost, and orders older than the topics.</summary>
/// <remarks>Every Worker may run one: of two that find the same order, one cancels it.</remarks>
internal sealed class PaymentSweep(
    UnpaidOrders orders, SchemaGate schema, IOptions<PaymentOptions> options, TimeProvider time, ILogger<PaymentSweep> log) : BackgroundService
{
    private const int MaxPerTable = 500;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            using PeriodicTimer timer = new(options.Value.SweepInterval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    while (await SweepAsync(stoppingToken) >= MaxPerTable)
                    {
                        // More than a page was overdue: no reason to wait.
                    }
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    log.SweepFaulted(fault);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<int> SweepAsync(CancellationToken stop)
    {
        IReadOnlyList<OrderId> overdue = await orders.FindOverdueAsync(time.GetUtcNow() - options.Value.SweepGrace, MaxPerTable, stop);
        if (overdue.Count == 0)
        {
            return 0;
        }

        int cancelled = await orders.CancelAsync(overdue, stop);
        PaymentMetrics.Cancelled.Add(cancelled, new KeyValuePair<string, object?>("by", "sweep"));
        log.SweptOverdue(cancelled);
        return cancelled;
    }
}
