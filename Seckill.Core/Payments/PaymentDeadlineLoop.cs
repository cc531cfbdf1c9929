using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;

namespace Seckill.Core.Payments;

/// <summary>Consumes the deadline topics: when a message is due, its orders are cancelled, those that were not paid.</summary>
/// <remarks>All tiers, whatever the window is now: orders keep the deadline they were given. A message is only a reminder; each order's row says whether its time is up.</remarks>
internal sealed class PaymentDeadlineLoop(
    DelayedConsumer consumer, UnpaidOrders unpaid, KafkaProducer producer, SchemaGate schema, FaultPoints faults, TimeProvider time, ILogger<PaymentDeadlineLoop> log)
    : BackgroundService
{
    /// <summary>The consumer group.</summary>
    public const string Group = "seckill.payment-deadlines";

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            await consumer.RunAsync(Group, KafkaTopics.DeadlineTiers, HandleAsync, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while waiting.
        }
    }

    private async Task HandleAsync(IReadOnlyList<DelayedMessage> due, CancellationToken stop)
    {
        List<OrderId> overdue = [];
        List<KafkaRecord> aside = [];
        foreach (DelayedMessage message in due)
        {
            (IReadOnlyList<OrderId>? orders, string? fault) = PaymentDeadlines.Decode(message.Consumed.Message);
            if (orders is not null)
            {
                overdue.AddRange(orders);
            }
            else
            {
                aside.Add(SetAside.Unroutable(message.Consumed, fault!, time.GetUtcNow(), log));
            }
        }

        int cancelled = await unpaid.CancelAsync(overdue, stop);
        PaymentMetrics.Cancelled.Add(cancelled, new KeyValuePair<string, object?>("by", "topic"));
        await producer.ProduceAsync(aside, stop);
        await faults.ReachAsync(FaultPoint.AfterCancelBeforeOffsets);
    }
}
