using Seckill.Core.Push;

namespace Seckill.Api.Contracts;

/// <summary>A hub node. Its name is random, and another one each time that it starts.</summary>
public sealed record NodePresenceView(string Node, int Connections, int Users, bool Draining, DateTimeOffset StartedAt)
{
    internal static NodePresenceView Of(NodePresence node) =>
        new(node.Node, node.Figures.Connections, node.Figures.Users, node.Figures.Draining, node.Figures.StartedAt);
}
