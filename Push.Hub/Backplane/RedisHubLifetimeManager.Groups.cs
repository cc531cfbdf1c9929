using Seckill.Core.Push;

namespace Push.Hub.Backplane;

/// <content>Group membership lives on the node that has the connection; any node may change it.</content>
public sealed partial class RedisHubLifetimeManager<THub>
{
    /// <inheritdoc/>
    /// <remarks>Completes when the membership stands, wherever the connection is; a connection that no node has is passed over, as SignalR does.</remarks>
    /// <exception cref="TimeoutException">A node did not answer within <see cref="BackplaneOptions.ReplyTimeout"/>: the outcome is unknown, asking again is safe.</exception>
    public override Task AddToGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        ArgumentNullException.ThrowIfNull(groupName);
        if (_connections.TryGet(connectionId, out LocalConnection? connection))
        {
            _connections.AddToGroup(connection, groupName);
            return Task.CompletedTask;
        }

        return AskAsync(BackplaneKind.AddToGroup, [connectionId, groupName], [], cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>As <see cref="AddToGroupAsync"/>.</remarks>
    public override Task RemoveFromGroupAsync(string connectionId, string groupName, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        ArgumentNullException.ThrowIfNull(groupName);
        if (_connections.TryGet(connectionId, out LocalConnection? connection))
        {
            _connections.RemoveFromGroup(connection, groupName);
            return Task.CompletedTask;
        }

        return AskAsync(BackplaneKind.RemoveFromGroup, [connectionId, groupName], [], cancellationToken);
    }

    private Task<bool> AskAsync(
        BackplaneKind kind,
        IReadOnlyList<string> targets,
        IReadOnlyList<KeyValuePair<string, ReadOnlyMemory<byte>>> payloads,
        CancellationToken cancellation) =>
        _replies.AskAsync(
            requestId => _publisher.PublishToAllAsync(new BackplaneMessage(kind, _publisher.Node, requestId, targets, [], payloads)), cancellation);
}
