namespace Seckill.Api.Contracts;

/// <summary>Who is connected to the push hub, as its nodes last said; late by a few seconds.</summary>
/// <param name="Nodes">Nodes that live.</param>
/// <param name="Connections">Connections of all of them.</param>
/// <param name="Users">Users of all of them; one who is connected to several nodes is counted by each.</param>
/// <param name="Page">Some of the nodes, by name; ask for the next with <c>after</c> = the last one's.</param>
/// <param name="User">The user who was asked for; null when none was.</param>
public sealed record PresenceView(int Nodes, long Connections, long Users, IReadOnlyList<NodePresenceView> Page, UserPresenceView? User);
