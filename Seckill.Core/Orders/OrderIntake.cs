using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>The loop from Kafka to MySQL: consumes reservations in batches, has each finished by <see cref="OrderIntakeProcessor"/>, then stores the offsets.</summary>
/// <remarks>
/// Two batches are in hand at most: while one's buyers are told, the next one is written. Within a stage there is one batch at a time, so a user hears of their orders in order.
/// Offsets come last: a crash before them repeats the batch, which the order tables and the mailboxes absorb; offsets before the rows would lose orders. While a
/// batch takes long (MySQL away), the consumer polls on, so the group neither rebalances nor spins, and Kafka keeps what does not fit the next batch.
/// </remarks>
public sealed class OrderIntake : BackgroundService
{
    /// <summary>The consumer group.</summary>
    public const string Group = "seckill.order-intake";

    private static readonly TimeSpan IdlePause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    private readonly KafkaClients _clients;
    private readonly OrderIntakeProcessor _processor;
    private readonly SchemaGate _schema;
    private readonly OrderIntakeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<OrderIntake> _log;
    private volatile bool _assigned;

    /// <summary>Made by the container.</summary>
    internal OrderIntake(
        KafkaClients clients, OrderIntakeProcessor processor, SchemaGate schema, IOptions<OrderIntakeOptions> options, TimeProvider time, ILogger<OrderIntake> log)
    {
        (_clients, _processor, _schema, _options, _time, _log) = (clients, processor, schema, options.Value, time, log);
    }

    /// <summary>True once the group has given this consumer its share (which is none when there are more workers than partitions).</summary>
    public bool IsAssigned => _assigned;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await _schema.WaitAsync(stoppingToken);
            while (true)
            {
                try
                {
                    await ConsumeAsync(stoppingToken);
                    return;
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    // A new consumer starts at the stored offsets, so what was under way is delivered again.
                    _log.IntakeFaulted(fault);
                    await Task.Delay(FaultPause, _time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while waiting.
        }
    }

    private async Task ConsumeAsync(CancellationToken stop)
    {
        await using BatchReader reader = new(_clients, "seckill-order-intake", Group, KafkaTopics.Reservations, _options.MaxBatch, Moved, _time);
        // The batches in hand may be finished after the stop, for a while; the rest is redelivered.
        using CancellationTokenSource drain = new();
        using CancellationTokenRegistration registration = stop.Register(() => drain.CancelAfter(_options.DrainMs));
        Announcement said = new([], Task.CompletedTask);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                List<ConsumedMessage> batch = reader.Collect();
                if (batch.Count > 0)
                {
                    Task<OrderIntakeProcessor.WrittenBatch> writing = _processor.WriteAsync([.. batch.Select(message => message.Consumed)], drain.Token);
                    await reader.PollUntilDoneAsync(writing);
                    await FinishAsync(reader, said);
                    said = new Announcement(batch, _processor.AnnounceAsync(await writing, drain.Token));
                }
                else if (said.Work.IsCompleted)
                {
                    await FinishAsync(reader, said);
                    said = new Announcement([], Task.CompletedTask);
                    await Task.Delay(IdlePause, _time, CancellationToken.None);
                }
                else
                {
                    await Task.WhenAny(said.Work, Task.Delay(IdlePause, _time, CancellationToken.None));
                }
            }

            await FinishAsync(reader, said);
        }
        finally
        {
            _assigned = false;
            // A write that failed leaves the announcement of the batch before it under way: it must not outlive its consumer.
            await drain.CancelAsync();
            await said.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Moved(string how, string partitions)
    {
        _assigned |= how == "assigned";
        _log.PartitionsMoved(how, partitions);
    }

    // A batch's offsets, once its buyers are told.
    private static async Task FinishAsync(BatchReader reader, Announcement said)
    {
        await reader.PollUntilDoneAsync(said.Work);
        await said.Work;
        if (Planted.F13)
        {
            reader.CommitRegardless(said.Batch);
            return;
        }

        reader.Store(said.Batch);
    }

    /// <summary>A batch whose rows stand and whose buyers are being told, while the next batch is written.</summary>
    private readonly record struct Announcement(List<ConsumedMessage> Batch, Task Work);
}
