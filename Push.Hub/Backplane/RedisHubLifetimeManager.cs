using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;
using Seckill.Core.Push;

namespace Push.Hub.Backplane;

/// <summary>
/// SignalR's sending across nodes, over two Redis channels per node: one that all share and one of its own. Semantics as SignalR's own Redis backplane.
/// </summary>
/// <remarks>
/// Thread-safe. A send serialises once per hub protocol, serves this node's connections at once, and publishes the same bytes for the others; so with Redis
/// away local delivery goes on, and remote nodes miss the message (what must not be missed lives in the mailbox). No send waits for a connection's socket.
/// Where SignalR's own managers differ: a connection or user named twice gets the message once (as in memory, where its Redis one sends it twice), empty names in a list are
/// passed over (as its Redis one does, where memory throws). In both of them and here, a member of two groups gets it once for each.
/// </remarks>
/// <typeparam name="THub">The hub.</typeparam>
public sealed partial class RedisHubLifetimeManager<THub> : HubLifetimeManager<THub>, IBackplaneReceiver<THub>
    where THub : Microsoft.AspNetCore.SignalR.Hub
{
    private readonly LocalConnections<THub> _connections;
    private readonly BackplanePublisher<THub> _publisher;
    private readonly IHubProtocolResolver _protocols;
    private readonly PendingReplies _replies;
    private readonly ClientResults _results = new();
    private readonly TimeSpan _replyTimeout;
    private readonly TimeProvider _time;

    /// <summary>Made by <see cref="BackplaneRegistration.AddRedisBackplane"/>.</summary>
    public RedisHubLifetimeManager(
        LocalConnections<THub> connections,
        BackplanePublisher<THub> publisher,
        IHubProtocolResolver protocols,
        IOptions<BackplaneOptions> options,
        TimeProvider time)
    {
        _connections = connections;
        _publisher = publisher;
        _protocols = protocols;
        _replyTimeout = options.Value.ReplyTimeout;
        _time = time;
        _replies = new PendingReplies(time, _replyTimeout);
    }

    /// <inheritdoc/>
    public override Task OnConnectedAsync(HubConnectionContext connection)
    {
        _connections.Add(connection);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(HubConnectionContext connection)
    {
        _connections.Remove(connection.ConnectionId);
        _results.FailAllOf(connection.ConnectionId);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task SendAllAsync(string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendAsync(BackplaneKind.SendAll, [], [], methodName, args);

    /// <inheritdoc/>
    public override Task SendAllExceptAsync(
        string methodName, object?[] args, IReadOnlyList<string> excludedConnectionIds, CancellationToken cancellationToken = default) =>
        SendAsync(BackplaneKind.SendAll, [], [.. Named(excludedConnectionIds)], methodName, args);

    /// <inheritdoc/>
    public override Task SendConnectionAsync(
        string connectionId, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionId);
        return SendConnectionsAsync([connectionId], methodName, args, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task SendConnectionsAsync(
        IReadOnlyList<string> connectionIds, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connectionIds);
        Serialized message = Serialize(new InvocationMessage(methodName, args));
        List<string>? elsewhere = null;
        foreach (string id in Named(connectionIds).Distinct(StringComparer.Ordinal))
        {
            if (_connections.TryGet(id, out LocalConnection? connection))
            {
                connection.TrySend(message.ForConnections);
            }
            else
            {
                (elsewhere ??= []).Add(id);
            }
        }

        return elsewhere is null ? Task.CompletedTask : PublishAsync(BackplaneKind.SendConnections, elsewhere, [], message);
    }

    /// <inheritdoc/>
    public override Task SendGroupAsync(string groupName, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(groupName);
        return SendAsync(BackplaneKind.SendGroups, [groupName], [], methodName, args);
    }

    /// <inheritdoc/>
    public override Task SendGroupsAsync(
        IReadOnlyList<string> groupNames, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(groupNames);
        return SendToNamedAsync(BackplaneKind.SendGroups, [.. Named(groupNames)], methodName, args);
    }

    /// <inheritdoc/>
    public override Task SendGroupExceptAsync(
        string groupName,
        string methodName,
        object?[] args,
        IReadOnlyList<string> excludedConnectionIds,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(groupName);
        return SendAsync(BackplaneKind.SendGroups, [groupName], [.. Named(excludedConnectionIds)], methodName, args);
    }

    /// <inheritdoc/>
    public override Task SendUserAsync(string userId, string methodName, object?[] args, CancellationToken cancellationToken = default) =>
        SendToNamedAsync(BackplaneKind.SendUsers, [.. Named([userId])], methodName, args);

    /// <inheritdoc/>
    public override Task SendUsersAsync(
        IReadOnlyList<string> userIds, string methodName, object?[] args, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(userIds);
        return SendToNamedAsync(BackplaneKind.SendUsers, [.. Named(userIds).Distinct(StringComparer.Ordinal)], methodName, args);
    }

    private static IEnumerable<string> Named(IReadOnlyList<string>? names) => names?.Where(name => !string.IsNullOrEmpty(name)) ?? [];

    private Task SendToNamedAsync(BackplaneKind kind, string[] targets, string method, object?[] args) =>
        targets.Length == 0 ? Task.CompletedTask : SendAsync(kind, targets, [], method, args);

    private Task SendAsync(
        BackplaneKind kind, IReadOnlyList<string> targets, IReadOnlyList<string> excluded, string method, object?[] args)
    {
        Serialized message = Serialize(new InvocationMessage(method, args));
        DeliverHere(kind, targets, excluded, message.ForConnections);
        return PublishAsync(kind, targets, excluded, message);
    }

    private Task PublishAsync(BackplaneKind kind, IReadOnlyList<string> targets, IReadOnlyList<string> excluded, Serialized message) =>
        _publisher.PublishToAllAsync(new BackplaneMessage(kind, _publisher.Node, 0, targets, excluded, message.ForNodes));

    private Serialized Serialize(HubMessage message)
    {
        IReadOnlyList<IHubProtocol> protocols = _protocols.AllProtocols;
        SerializedMessage[] forConnections = new SerializedMessage[protocols.Count];
        KeyValuePair<string, ReadOnlyMemory<byte>>[] forNodes = new KeyValuePair<string, ReadOnlyMemory<byte>>[protocols.Count];
        for (int i = 0; i < forNodes.Length; i++)
        {
            ReadOnlyMemory<byte> bytes = protocols[i].GetMessageBytes(message);
            forConnections[i] = new SerializedMessage(protocols[i].Name, bytes);
            forNodes[i] = new(protocols[i].Name, bytes);
        }

        return new Serialized(new SerializedHubMessage(forConnections), forNodes);
    }

    private sealed record Serialized(SerializedHubMessage ForConnections, KeyValuePair<string, ReadOnlyMemory<byte>>[] ForNodes);
}
