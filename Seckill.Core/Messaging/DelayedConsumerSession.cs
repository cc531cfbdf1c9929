using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>One consumer's life inside <see cref="DelayedConsumer"/>: from joining the group to leaving it. Everything but the handler runs in one loop.</summary>
internal sealed class DelayedConsumerSession : IAsyncDisposable
{
    // How long a message that has just arrived, or a rebalance, may wait for the next poll: a fraction of the error that delays aim at.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // Read in one poll, so that a backlog does not hold up what is due meanwhile.
    private const int MostPerPoll = 500;

    private readonly KafkaProducer _producer;
    private readonly string _group;
    private readonly DelayedHandler _handler;
    private readonly MessagingOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly PartitionTenancies _tenancies = new();
    private readonly DelayedQueue _queue;
    private readonly GroupConsumer _member;
    private long _measuredAt;

    public DelayedConsumerSession(
        KafkaClients clients, KafkaProducer producer, string group, IReadOnlyList<DelayedTopic> topics, DelayedHandler handler, MessagingOptions options, TimeProvider time, ILogger log)
    {
        (_producer, _group, _handler, _options, _time, _log) = (producer, group, handler, options, time, log);
        _queue = new DelayedQueue(topics, options.DelayedLookAhead);
        // A message arrives long before it is due.
        _member = clients.Join(group, group, topics.Select(topic => topic.Topic.Name), Arrive, Leave, isPatient: true);
    }

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    /// <exception cref="KafkaException">The client failed: start another.</exception>
    /// <exception cref="OperationCanceledException">Stopped while a batch was in hand.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenSource drain = new();
        using CancellationTokenRegistration registration = stop.Register(() => drain.CancelAfter(_options.DelayedDrainMs));
        while (!stop.IsCancellationRequested)
        {
            ReadAhead();
            List<DelayedQueue.Held> due = _queue.TakeDue(_time.GetUtcNow(), _options.DelayedBatch);
            if (due.Count == 0)
            {
                await Task.Delay(Pause(), _time, CancellationToken.None);
                continue;
            }

            await FinishAsync(due, drain.Token);
        }
    }

    public ValueTask DisposeAsync() => _member.DisposeAsync();

    private TimeSpan Pause()
    {
        TimeSpan wait = _queue.NextDue() is { } next ? next - _time.GetUtcNow() : Poll;
        // A timer may fire a moment early, so the loop asks the clock again before it takes anything out. At least 1 ms: never spinning.
        return TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 1, Poll.TotalMilliseconds));
    }

    private void Arrive(List<TopicPartition> added)
    {
        _tenancies.Assigned(added);
        _log.DelayedPartitionsMoved(_group, "assigned", string.Join(',', added.Select(one => $"{one.Topic}/{one.Partition.Value}")));
    }

    private void Leave(string how, List<TopicPartitionOffset> gone)
    {
        _tenancies.Gone(gone);
        // The client would remember that it was paused, should it come back. Resumed when it comes, it could stand still: see BatchReader.
        _member.Client.Resume(_queue.Forget(gone.Select(one => one.TopicPartition)));
        _log.DelayedPartitionsMoved(_group, how, string.Join(',', gone.Select(one => $"{one.Topic}/{one.Partition.Value}")));
    }

    private void ReadAhead()
    {
        for (int i = 0; i < MostPerPoll && _member.Client.Consume(TimeSpan.Zero) is { } consumed; i++)
        {
            _queue.Add(new ConsumedMessage(consumed, _tenancies.TenancyOf(consumed.TopicPartition)), _time.GetUtcNow());
        }

        (List<TopicPartition> pause, List<TopicPartition> resume) = _queue.FlowChanges();
        _member.Client.Pause(pause);
        _member.Client.Resume(resume);
        if (_measuredAt == 0 || _time.GetElapsedTime(_measuredAt) > MeasureEvery)
        {
            _measuredAt = _time.GetTimestamp();
            MessagingMetrics.DelayedHeld.Record(_queue.Count, new KeyValuePair<string, object?>("group", _group));
        }
    }

    private async Task FinishAsync(List<DelayedQueue.Held> due, CancellationToken stop)
    {
        Task work = HandleAsync(due, stop);
        while (await Task.WhenAny(work, Task.Delay(Poll, _time, CancellationToken.None)) != work)
        {
            ReadAhead();
        }

        await work;
        foreach (TopicPartitionOffset offset in _tenancies.Finished([.. due.Select(one => one.Message)]))
        {
            _member.Client.StoreOffset(offset);
        }
    }

    private async Task HandleAsync(List<DelayedQueue.Held> due, CancellationToken stop)
    {
        DateTimeOffset now = _time.GetUtcNow();
        KafkaRecord[] aside = [.. due.Where(one => one.Fault is not null).Select(one => SetAside.Unroutable(one.Message.Consumed, one.Fault!, now, _log))];
        DelayedMessage[] messages = [.. due.Where(one => one.Fault is null).Select(one => new DelayedMessage(one.Message.Consumed, one.DueAt))];
        foreach (DelayedMessage message in messages)
        {
            MessagingMetrics.DelayError.Record((now - message.DueAt).TotalSeconds, new KeyValuePair<string, object?>("topic", message.Consumed.Topic));
        }

        await _producer.ProduceAsync(aside, stop);
        for (TimeSpan pause = FirstPause; messages.Length > 0; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await _handler(messages, stop);
                return;
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                _log.DelayedHandlerFaulted(messages.Length, _group, fault);
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), _time, stop);
            }
        }
    }
}
