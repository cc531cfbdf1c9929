namespace Seckill.Core.Push;

/// <summary>How many a hub node has, as it last said.</summary>
/// <param name="Connections">Connections that have a place, those in their handshake included.</param>
/// <param name="Users">Users with a connection. One who is connected to several nodes is counted by each.</param>
/// <param name="Draining">True once it takes no more connections.</param>
/// <param name="StartedAt">When the process began, UTC.</param>
public sealed record NodeFigures(int Connections, int Users, bool Draining, DateTimeOffset StartedAt);
