namespace Seckill.Core.Messaging;

/// <summary>One topic and its settings.</summary>
/// <param name="Name">The topic's name.</param>
/// <param name="Partitions">How many; never lowered.</param>
/// <param name="ReplicationFactor">Copies; 3, so that one broker may die and another be maintained.</param>
/// <param name="MinInSyncReplicas">Copies that must have a message before it counts as written (with acks=all).</param>
/// <param name="Retention">How long messages are kept.</param>
/// <param name="CleanupPolicy"><c>delete</c> or <c>compact</c>.</param>
public sealed record KafkaTopic(
    string Name, int Partitions, short ReplicationFactor, short MinInSyncReplicas, TimeSpan Retention, string CleanupPolicy);
