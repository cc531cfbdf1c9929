using Seckill.Core.Ids;
using Seckill.LoadTests.Crowd;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Audit;

/// <summary>Everything the audit judges, read from the parts themselves and from the clients; nothing in it comes from the engine's own counters.</summary>
public sealed record AuditEvidence
{
    /// <summary>Units offered.</summary>
    public required int Units { get; init; }

    public required int LimitPerUser { get; init; }

    /// <summary>Users by index, as in <see cref="Attempt.User"/>.</summary>
    public required IReadOnlyList<UserId> Users { get; init; }

    public required IReadOnlyList<Attempt> Attempts { get; init; }

    /// <summary>Indices of the users who listened from before T0 to the end.</summary>
    public required IReadOnlySet<int> Listeners { get; init; }

    /// <summary>First copies of pushed messages, by any listener.</summary>
    public required IReadOnlyList<PushReceipt> Receipts { get; init; }

    /// <summary>Null: Redis was not read.</summary>
    public RedisEvidence? Redis { get; init; }

    /// <summary>Null: Kafka was not read.</summary>
    public KafkaEvidence? Kafka { get; init; }

    /// <summary>Null: MySQL was not read.</summary>
    public MySqlEvidence? MySql { get; init; }

    /// <summary>The last so many of <see cref="Users"/> are bots.</summary>
    public int Bots { get; init; }

    /// <summary>Presses of bots with something forged, replayed or another's that were not refused by name.</summary>
    public int ForgeriesTaken { get; init; }
}
