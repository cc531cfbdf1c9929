using Seckill.Core.Push;

namespace Seckill.Api.Contracts;

/// <summary>Where a user is connected.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Connections">Connections on all nodes; 0 when the user is nowhere.</param>
/// <param name="Sessions">The oldest of them, at most <see cref="NodeSessions.MaxSessions"/> of each node.</param>
public sealed record UserPresenceView(string UserId, int Connections, IReadOnlyList<SessionView> Sessions);
