using Seckill.Chaos.Crowds;

namespace Seckill.Chaos.Audit;

/// <summary>All that an audit judges by: read once the system is quiet, from Redis, Kafka, MySQL and the clients themselves.</summary>
internal sealed record AuditEvidence
{
    public required IReadOnlyList<SaleEvidence> Sales { get; init; }

    /// <summary>Every answer of every request.</summary>
    public required IReadOnlyCollection<GrabAnswer> Answers { get; init; }

    /// <summary>What came over the wire, by user, for those who had a connection.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyCollection<ReceivedPush>> Received { get; init; }

    /// <summary>Mailboxes in Redis, by user, of those who had none.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<StoredPush>> Mailboxes { get; init; }

    /// <summary>Orders by user, as the Api shows them, for users whom the hub told to look there (a gap).</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Shown { get; init; } = new Dictionary<string, IReadOnlyDictionary<string, string>>();

    /// <summary>Messages that Kafka holds and nobody has finished.</summary>
    public long Lag { get; init; }

    public IReadOnlyList<DeadLetter> DeadLetters { get; init; } = [];

    public IReadOnlyList<BoundSample> Bounds { get; init; } = [];

    /// <summary>Redis lost its mailboxes then (a restart without data, a failover): messages from before it are not looked for in Redis.</summary>
    public DateTime MailboxesSince { get; init; } = DateTime.MinValue;
}
