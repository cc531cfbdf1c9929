using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>Reads a topic in batches as a member of a group, and polls on while a batch is worked on, so that the group knows we live. One loop uses it; its callbacks run inside that loop's calls.</summary>
/// <remarks>
/// No partition is ever paused. A pause or resume that meets the start of a partition's fetching makes librdkafka forget the start (its issue 5591): the partition then stands still, with messages in
/// it, for as long as it is ours. So what arrives while a batch takes long becomes the next one, a few messages a second; when that is full the rest is put back: let go, and sought again
/// once the work is done.
/// </remarks>
internal sealed class BatchReader : IAsyncDisposable
{
    // What an ordinary batch takes is no reason to poll.
    private static readonly TimeSpan LongWork = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(200);

    private readonly int _maxBatch;
    private readonly TimeProvider _time;
    private readonly PartitionTenancies _tenancies = new();
    private readonly Dictionary<TopicPartition, ConsumedMessage> _putBack = [];
    private readonly GroupConsumer _member;
    private List<ConsumedMessage> _next = [];

    /// <summary>Joins the group.</summary>
    /// <param name="clients">Builds the client.</param>
    /// <param name="clientId">Name in the brokers' logs and quotas.</param>
    /// <param name="group">The consumer group: its members share the partitions.</param>
    /// <param name="topic">What it reads.</param>
    /// <param name="maxBatch">Most messages of a batch.</param>
    /// <param name="moved">Called with how ("assigned", "revoked" or "lost") and which partitions came or went.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isPatient">As for <see cref="KafkaClients.Join"/>.</param>
    public BatchReader(KafkaClients clients, string clientId, string group, KafkaTopic topic, int maxBatch, Action<string, string> moved, TimeProvider time, bool isPatient = false)
    {
        (_maxBatch, _time) = (maxBatch, time);
        _member = clients.Join(
            clientId,
            group,
            [topic.Name],
            added =>
            {
                _tenancies.Assigned(added);
                moved("assigned", string.Join(',', added.Select(one => one.Partition.Value)));
            },
            (how, gone) =>
            {
                _tenancies.Gone(gone);
                moved(how, string.Join(',', gone.Select(one => one.Partition.Value)));
            },
            isPatient);
    }

    /// <summary>What has arrived, up to a batch: nothing waits for company, and under load batches fill by themselves.</summary>
    public List<ConsumedMessage> Collect()
    {
        while (_next.Count < _maxBatch && Poll() is { } message)
        {
            _next.Add(message);
        }

        (List<ConsumedMessage> batch, _next) = (_next, []);
        return batch;
    }

    /// <summary>Polls until the work has ended, however it did. What comes meanwhile belongs to the next batch.</summary>
    /// <exception cref="KafkaException">The client failed: start another.</exception>
    public async Task PollUntilDoneAsync(Task work)
    {
        if (await Task.WhenAny(work, Task.Delay(LongWork, _time, CancellationToken.None)) == work)
        {
            return;
        }

        do
        {
            if (Poll() is { } message)
            {
                KeepOrPutBack(message);
            }
        }
        while (await Task.WhenAny(work, Task.Delay(BusyPoll, _time, CancellationToken.None)) != work);

        SeekWhatWasPutBack();
    }

    /// <summary>Has the offsets of finished work committed, those of partitions that are still ours.</summary>
    /// <exception cref="KafkaException">The client failed: start another.</exception>
    public void Store(IReadOnlyList<ConsumedMessage> finished)
    {
        foreach (TopicPartitionOffset offset in _tenancies.Finished(finished))
        {
            _member.Client.StoreOffset(offset);
        }
    }

    /// <summary>Commits one past the last message of a batch, whoever has the partitions now: what F13 plants.</summary>
    internal void CommitRegardless(IReadOnlyList<ConsumedMessage> finished) =>
        _member.Client.Commit(finished.Select(message => new TopicPartitionOffset(message.Consumed.TopicPartition, message.Consumed.Offset + 1)));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _member.DisposeAsync();

    private ConsumedMessage? Poll() =>
        _member.Client.Consume(TimeSpan.Zero) is { } consumed ? new ConsumedMessage(consumed, _tenancies.TenancyOf(consumed.TopicPartition)) : null;

    private void KeepOrPutBack(ConsumedMessage message)
    {
        if (_next.Count < _maxBatch)
        {
            _next.Add(message);
            return;
        }

        // The first one of each partition, unless that was consumed before the partition went away and came back: then it starts anew at its stored offset.
        TopicPartition partition = message.Consumed.TopicPartition;
        if (!_putBack.TryGetValue(partition, out ConsumedMessage first) || first.Tenancy != message.Tenancy)
        {
            _putBack[partition] = message;
        }
    }

    private void SeekWhatWasPutBack()
    {
        foreach (ConsumedMessage first in _putBack.Values.Where(first => first.Tenancy != 0 && first.Tenancy == _tenancies.TenancyOf(first.Consumed.TopicPartition)))
        {
            _member.Client.Seek(first.Consumed.TopicPartitionOffset);
        }

        _putBack.Clear();
    }
}
