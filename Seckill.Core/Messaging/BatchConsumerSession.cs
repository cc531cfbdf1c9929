using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>One consumer's life inside <see cref="BatchConsumer"/>: from joining the group to leaving it. Everything but the handler runs in one loop.</summary>
internal sealed class BatchConsumerSession : IAsyncDisposable
{
    private static readonly TimeSpan IdlePause = TimeSpan.FromMilliseconds(20);

    // Pausing throws away what the client has fetched ahead, so an ordinary batch must not come to it: it would cost a second until more is fetched.
    private static readonly TimeSpan LongWork = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly string _group;
    private readonly int _maxBatch;
    private readonly BatchHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly PartitionTenancies _tenancies = new();
    private readonly List<TopicPartition> _arrived = [];
    private readonly GroupConsumer _member;

    public BatchConsumerSession(KafkaClients clients, string group, KafkaTopic topic, int maxBatch, BatchHandler handler, TimeProvider time, ILogger log)
    {
        (_group, _maxBatch, _handler, _time, _log) = (group, maxBatch, handler, time, log);
        _member = clients.Join(group, group, [topic.Name], Arrive, Leave, isPatient: true);
    }

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    /// <exception cref="KafkaException">The client failed: start another.</exception>
    /// <exception cref="OperationCanceledException">Stopped while a batch was in hand.</exception>
    public async Task RunAsync(TimeSpan drainTime, CancellationToken stop)
    {
        using CancellationTokenSource drain = new();
        using CancellationTokenRegistration registration = stop.Register(() => drain.CancelAfter(drainTime));
        List<ConsumedMessage> next = [];
        while (!stop.IsCancellationRequested)
        {
            Collect(next);
            if (next.Count == 0)
            {
                await Task.Delay(IdlePause, _time, CancellationToken.None);
                continue;
            }

            List<ConsumedMessage> batch = next;
            next = [];
            Task work = HandleAsync([.. batch.Select(message => message.Consumed)], drain.Token);
            try
            {
                await PollUntilDoneAsync(work, next);
            }
            finally
            {
                // A client that failed leaves the handler under way: it must not outlive its consumer.
                if (!work.IsCompleted)
                {
                    await drain.CancelAsync();
                    await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            await work;
            foreach (TopicPartitionOffset offset in _tenancies.Finished(batch))
            {
                _member.Client.StoreOffset(offset);
            }
        }
    }

    public ValueTask DisposeAsync() => _member.DisposeAsync();

    private void Arrive(List<TopicPartition> added)
    {
        _tenancies.Assigned(added);
        _arrived.AddRange(added);
        _log.BatchPartitionsMoved(_group, "assigned", string.Join(',', added.Select(one => one.Partition.Value)));
    }

    private void Leave(string how, List<TopicPartitionOffset> gone)
    {
        _tenancies.Gone(gone);
        _log.BatchPartitionsMoved(_group, how, string.Join(',', gone.Select(one => one.Partition.Value)));
    }

    // What has arrived, up to a batch: nothing waits for company, and under load batches fill by themselves.
    private void Collect(List<ConsumedMessage> batch)
    {
        while (batch.Count < _maxBatch && _member.Client.Consume(TimeSpan.Zero) is { } consumed)
        {
            batch.Add(new ConsumedMessage(consumed, _tenancies.TenancyOf(consumed.TopicPartition)));
        }

        // The client remembers that a partition was paused when it was ours before; one that came back would stand still.
        _member.Client.Resume(_arrived.Where(partition => _tenancies.TenancyOf(partition) != 0));
        _arrived.Clear();
    }

    // Returns when the work has ended, however it did.
    private async Task PollUntilDoneAsync(Task work, List<ConsumedMessage> next)
    {
        if (await Task.WhenAny(work, Task.Delay(LongWork, _time, CancellationToken.None)) == work)
        {
            return;
        }

        do
        {
            // Long work: hold the partitions, new ones too, and poll so that the group knows we live. What slips in meanwhile belongs to the next batch.
            _member.Client.Pause(_member.Client.Assignment);
            if (_member.Client.Consume(TimeSpan.Zero) is { } consumed)
            {
                next.Add(new ConsumedMessage(consumed, _tenancies.TenancyOf(consumed.TopicPartition)));
            }
        }
        while (await Task.WhenAny(work, Task.Delay(BusyPoll, _time, CancellationToken.None)) != work);

        _member.Client.Resume(_member.Client.Assignment);
    }

    private async Task HandleAsync(IReadOnlyList<ConsumeResult<byte[]?, byte[]>> batch, CancellationToken stop)
    {
        for (TimeSpan pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await _handler(batch, stop);
                return;
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                _log.BatchNotHandled(batch.Count, _group, fault);
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), _time, stop);
            }
        }
    }
}
