namespace Seckill.Core.Push;

/// <summary>A user on one hub node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Sessions">What it has of him.</param>
public sealed record UserPresence(string Node, NodeSessions Sessions);
