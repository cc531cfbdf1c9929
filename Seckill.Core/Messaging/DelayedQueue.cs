using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>What one consumer has read ahead of delayed topics: a bounded queue per partition, ordered by due time as the topic is. One thread at a time.</summary>
/// <remarks>
/// The head alone decides when its partition has work. Producers' clocks differ a little, so a message may stand behind one that is due a moment later and be late by
/// that difference; none is ever early. Reading ahead, instead of pausing at each head, keeps a busy topic from fetching the same messages again and again.
/// </remarks>
/// <param name="topics">The topics, for their delays.</param>
/// <param name="lookAhead">Most messages held per partition; beyond it the partition is to be paused.</param>
internal sealed class DelayedQueue(IEnumerable<DelayedTopic> topics, int lookAhead)
{
    private readonly Dictionary<string, DelayedTopic> _topics = topics.ToDictionary(topic => topic.Topic.Name);
    private readonly Dictionary<TopicPartition, Waiting> _waiting = [];

    /// <summary>Messages held, over all partitions.</summary>
    public int Count => _waiting.Values.Sum(one => one.Messages.Count);

    /// <summary>Takes a message in, at the end of its partition's queue. One without a sensible due time waits for nothing and carries its fault.</summary>
    /// <param name="consumed">The message and the tenancy of its partition.</param>
    /// <param name="now">The reader's clock.</param>
    public void Add(ConsumedMessage consumed, DateTimeOffset now)
    {
        TopicPartition partition = consumed.Consumed.TopicPartition;
        if (!_waiting.TryGetValue(partition, out Waiting? waiting) || waiting.Tenancy != consumed.Tenancy)
        {
            // A partition that came back starts at its stored offset: what was held of the former tenancy is delivered again.
            _waiting[partition] = waiting = new Waiting(consumed.Tenancy);
        }

        string? header = MessageHeaders.Read(consumed.Consumed.Message.Headers, MessageHeaders.DueAt);
        (DateTimeOffset? dueAt, string? fault) = _topics[partition.Topic].ReadDueAt(header, now);
        waiting.Messages.Enqueue(new Held(consumed, dueAt ?? now, fault));
    }

    /// <summary>Forgets what was held of partitions that are gone: whoever has them now reads it again.</summary>
    /// <returns>Those of them that were paused.</returns>
    public List<TopicPartition> Forget(IEnumerable<TopicPartition> partitions) =>
        [.. partitions.Where(partition => _waiting.Remove(partition, out Waiting? waiting) && waiting.Paused)];

    /// <summary>When the first head is due; null when nothing is held.</summary>
    public DateTimeOffset? NextDue()
    {
        DateTimeOffset? next = null;
        foreach (Waiting waiting in _waiting.Values)
        {
            if (waiting.Messages.TryPeek(out Held head) && (next is null || head.DueAt < next))
            {
                next = head.DueAt;
            }
        }

        return next;
    }

    /// <summary>Takes out what is due, from the heads, at most <paramref name="max"/>; partitions take turns at the bound, so that a backlog of one does not hold up the others.</summary>
    public List<Held> TakeDue(DateTimeOffset now, int max)
    {
        List<Held> due = [];
        bool more = true;
        while (more && due.Count < max)
        {
            more = false;
            foreach (Waiting waiting in _waiting.Values)
            {
                if (due.Count < max && waiting.Messages.TryPeek(out Held head) && head.DueAt <= now)
                {
                    due.Add(waiting.Messages.Dequeue());
                    more = true;
                }
            }
        }

        return due;
    }

    /// <summary>Which partitions shall be paused (full) and which go on (half empty again, or new) since the last call.</summary>
    public (List<TopicPartition> Pause, List<TopicPartition> Resume) FlowChanges()
    {
        (List<TopicPartition> pause, List<TopicPartition> resume) = ([], []);
        foreach ((TopicPartition partition, Waiting waiting) in _waiting)
        {
            bool full = waiting.Paused ? waiting.Messages.Count > lookAhead / 2 : waiting.Messages.Count >= lookAhead;
            if (full != waiting.Paused)
            {
                waiting.Paused = full;
                (full ? pause : resume).Add(partition);
            }
        }

        return (pause, resume);
    }

    /// <summary>A message that waits.</summary>
    /// <param name="Message">The message and the tenancy of its partition.</param>
    /// <param name="DueAt">When its turn comes.</param>
    /// <param name="Fault">Why it has no sensible due time; null when it has one.</param>
    internal readonly record struct Held(ConsumedMessage Message, DateTimeOffset DueAt, string? Fault);

    private sealed class Waiting(long tenancy)
    {
        public long Tenancy { get; } = tenancy;

        public Queue<Held> Messages { get; } = [];

        public bool Paused { get; set; }
    }
}
