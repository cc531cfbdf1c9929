namespace Seckill.Ops.Kafka;

/// <summary>A topic as the brokers show it.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Partitions">How many.</param>
/// <param name="Copies">Replicas of the partition that has fewest.</param>
/// <param name="InSync">In-sync replicas of the partition that has fewest.</param>
/// <param name="Leaderless">Partitions that nobody leads: they can be neither written nor read.</param>
/// <param name="Differences">How it differs from what the engine needs; empty when it does not.</param>
internal sealed record TopicView(string Name, int Partitions, int Copies, int InSync, int Leaderless, IReadOnlyList<string> Differences);
