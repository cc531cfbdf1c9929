namespace Seckill.Ops.Kafka;

/// <summary>A consumer group as the brokers and its offsets show it.</summary>
/// <param name="Name">The group.</param>
/// <param name="Purpose">What it does; empty for one that is not the engine's.</param>
/// <param name="State">The coordinator's word for it (Stable, Empty, …); null when the brokers do not tell.</param>
/// <param name="Members">Client ids; null when the brokers do not tell.</param>
/// <param name="Lag">Messages not finished; null for one that is not the engine's.</param>
internal sealed record GroupView(string Name, string Purpose, string? State, IReadOnlyList<string>? Members, long? Lag);
