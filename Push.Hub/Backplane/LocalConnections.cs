using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Push.Hub.Backplane;

/// <summary>The connections of this node, found by id, user and group.</summary>
/// <typeparam name="THub">The hub.</typeparam>
public sealed class LocalConnections<THub>(IOptions<BackplaneOptions> options)
    where THub : Microsoft.AspNetCore.SignalR.Hub
{
    private readonly BackplaneOptions _options = options.Value;
    private readonly ConcurrentDictionary<string, LocalConnection> _connections = new(StringComparer.Ordinal);
    private readonly ConnectionIndex _users = new();
    private readonly ConnectionIndex _groups = new();

    /// <summary>Open connections.</summary>
    public int Count => _connections.Count;

    /// <summary>Groups with a member here.</summary>
    public int GroupCount => _groups.Count;

    /// <summary>Finds a connection.</summary>
    public bool TryGet(string connectionId, [NotNullWhen(true)] out LocalConnection? connection) =>
        _connections.TryGetValue(connectionId, out connection);

    internal IEnumerable<KeyValuePair<string, LocalConnection>> All => _connections;

    internal IEnumerable<KeyValuePair<string, LocalConnection>> OfUser(string user) => _users.Find(user);

    internal IEnumerable<KeyValuePair<string, LocalConnection>> OfGroup(string group) => _groups.Find(group);

    internal void Add(HubConnectionContext context)
    {
        LocalConnection connection = new(context, _options);
        _connections[connection.Id] = connection;
        if (connection.User is { Length: > 0 } user)
        {
            _users.Add(user, connection);
        }
    }

    internal void Remove(string connectionId)
    {
        if (!_connections.TryRemove(connectionId, out LocalConnection? connection))
        {
            return;
        }

        if (connection.User is { Length: > 0 } user)
        {
            _users.Remove(user, connection);
        }

        lock (connection.Groups)
        {
            foreach (string group in connection.Groups)
            {
                _groups.Remove(group, connection);
            }

            connection.Groups.Clear();
        }
    }

    internal void AddToGroup(LocalConnection connection, string group)
    {
        lock (connection.Groups)
        {
            // A membership asked for while the connection goes must not outlive it: Remove takes the same lock.
            if (_connections.ContainsKey(connection.Id) && connection.Groups.Add(group))
            {
                _groups.Add(group, connection);
            }
        }
    }

    internal void RemoveFromGroup(LocalConnection connection, string group)
    {
        lock (connection.Groups)
        {
            if (connection.Groups.Remove(group))
            {
                _groups.Remove(group, connection);
            }
        }
    }
}
