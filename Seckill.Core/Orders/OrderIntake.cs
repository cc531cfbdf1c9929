using Confluent.Kafka;
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
/// batch takes long (MySQL away), the partitions are paused and the consumer polls on, so the group neither rebalances nor spins.
/// </remarks>
public sealed class OrderIntake : BackgroundService
{
    /// <summary>The consumer group.</summary>
    public const string Group = "seckill.order-intake";

    private static readonly TimeSpan IdlePause = TimeSpan.FromMilliseconds(4);
    // Pausing throws away what the client has fetched ahead, so an ordinary batch must not come to it: it would cost a second until more is fetched.
    private static readonly TimeSpan LongWork = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    private readonly KafkaClients _clients;
    private readonly OrderIntakeProcessor _processor;
    private readonly SchemaGate _schema;
    private readonly OrderIntakeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<OrderIntake> _log;
    private readonly List<TopicPartition> _arrived = [];
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
        PartitionTenancies partitions = new();
        await using GroupConsumer member = Join(partitions);
        IConsumer<byte[]?, byte[]> consumer = member.Client;
        // The batches in hand may be finished after the stop, for a while; the rest is redelivered.
        using CancellationTokenSource drain = new();
        using CancellationTokenRegistration registration = stop.Register(() => drain.CancelAfter(_options.DrainMs));
        Announcement said = new([], Task.CompletedTask);
        try
        {
            List<ConsumedMessage> next = [];
            while (!stop.IsCancellationRequested)
            {
                Collect(consumer, partitions, next);
                if (next.Count > 0)
                {
                    List<ConsumedMessage> batch = next;
                    next = [];
                    Task<OrderIntakeProcessor.WrittenBatch> writing = _processor.WriteAsync([.. batch.Select(message => message.Consumed)], drain.Token);
                    await PollUntilDoneAsync(consumer, partitions, writing, next);
                    await FinishAsync(consumer, partitions, said, next);
                    said = new Announcement(batch, _processor.AnnounceAsync(await writing, drain.Token));
                }
                else if (said.Work.IsCompleted)
                {
                    await FinishAsync(consumer, partitions, said, next);
                    said = new Announcement([], Task.CompletedTask);
                    await Task.Delay(IdlePause, _time, CancellationToken.None);
                }
                else
                {
                    await Task.WhenAny(said.Work, Task.Delay(IdlePause, _time, CancellationToken.None));
                }
            }

            await FinishAsync(consumer, partitions, said, next);
        }
        finally
        {
            _assigned = false;
            // A write that failed leaves the announcement of the batch before it under way: it must not outlive its consumer.
            await drain.CancelAsync();
            await said.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private GroupConsumer Join(PartitionTenancies partitions) => _clients.Join(
        "seckill-order-intake",
        Group,
        [KafkaTopics.Reservations.Name],
        added =>
        {
            partitions.Assigned(added);
            _arrived.AddRange(added);
            _assigned = true;
            _log.PartitionsMoved("assigned", string.Join(',', added.Select(one => one.Partition.Value)));
        },
        (how, gone) => Leave(how, partitions, gone));

    private void Leave(string how, PartitionTenancies partitions, List<TopicPartitionOffset> gone)
    {
        partitions.Gone(gone);
        _log.PartitionsMoved(how, string.Join(',', gone.Select(one => one.Partition.Value)));
    }

    // What has arrived, up to a batch: nothing waits for company, and under load batches fill by themselves.
    private void Collect(IConsumer<byte[]?, byte[]> consumer, PartitionTenancies partitions, List<ConsumedMessage> batch)
    {
        while (batch.Count < _options.MaxBatch && consumer.Consume(TimeSpan.Zero) is { } consumed)
        {
            batch.Add(new ConsumedMessage(consumed, partitions.TenancyOf(consumed.TopicPartition)));
        }

        // The client remembers that a partition was paused when it was ours before; one that came back would stand still.
        consumer.Resume(_arrived.Where(partition => partitions.TenancyOf(partition) != 0));
        _arrived.Clear();
    }

    // A batch's offsets, once its buyers are told.
    private async Task FinishAsync(IConsumer<byte[]?, byte[]> consumer, PartitionTenancies partitions, Announcement said, List<ConsumedMessage> next)
    {
        await PollUntilDoneAsync(consumer, partitions, said.Work, next);
        await said.Work;
        if (Planted.F13)
        {
            consumer.Commit(said.Batch.Select(message => new TopicPartitionOffset(message.Consumed.TopicPartition, message.Consumed.Offset + 1)));
            return;
        }

        foreach (TopicPartitionOffset offset in partitions.Finished(said.Batch))
        {
            consumer.StoreOffset(offset);
        }
    }

    // Returns when the work has ended, however it did.
    private async Task PollUntilDoneAsync(IConsumer<byte[]?, byte[]> consumer, PartitionTenancies partitions, Task work, List<ConsumedMessage> next)
    {
        if (await Task.WhenAny(work, Task.Delay(LongWork, _time, CancellationToken.None)) == work)
        {
            return;
        }

        do
        {
            // Long work: hold the partitions, new ones too, and poll so that the group knows we live. What slips in meanwhile belongs to the next batch.
            consumer.Pause(consumer.Assignment);
            if (consumer.Consume(TimeSpan.Zero) is { } consumed)
            {
                next.Add(new ConsumedMessage(consumed, partitions.TenancyOf(consumed.TopicPartition)));
            }
        }
        while (await Task.WhenAny(work, Task.Delay(BusyPoll, _time, CancellationToken.None)) != work);

        consumer.Resume(consumer.Assignment);
    }

    /// <summary>A batch whose rows stand and whose buyers are being told, while the next batch is written.</summary>
    private readonly record struct Announcement(List<ConsumedMessage> Batch, Task Work);
}
