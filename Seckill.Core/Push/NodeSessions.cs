namespace Seckill.Core.Push;

/// <summary>What one node has of one user.</summary>
/// <param name="Connections">How many.</param>
/// <param name="Sessions">The oldest of them, at most <see cref="MaxSessions"/>.</param>
public sealed record NodeSessions(int Connections, IReadOnlyList<UserSessionInfo> Sessions)
{
    /// <summary>Sessions told per node and user, so that the text in Redis is bounded to about 2 KiB.</summary>
    public const int MaxSessions = 16;
}
