using Microsoft.Extensions.Hosting;
using Seckill.Core.Database;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>The loop behind the retry tiers: a reservation that could not be written goes through the same processor again when its time has come.</summary>
public sealed class ReservationRetries : BackgroundService
{
    /// <summary>The consumer group.</summary>
    public const string Group = "seckill.retry";

    private readonly DelayedConsumer _delayed;
    private readonly OrderIntakeProcessor _processor;
    private readonly SchemaGate _schema;

    /// <summary>Made by the container.</summary>
    internal ReservationRetries(DelayedConsumer delayed, OrderIntakeProcessor processor, SchemaGate schema)
    {
        (_delayed, _processor, _schema) = (delayed, processor, schema);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _schema.WaitAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await _delayed.RunAsync(
            Group, KafkaTopics.RetryTiers,
            (due, stop) => _processor.ProcessAsync([.. due.Select(one => one.Consumed)], stop), stoppingToken);
    }
}
