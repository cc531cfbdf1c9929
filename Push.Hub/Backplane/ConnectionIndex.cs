using System.Collections.Concurrent;

namespace Push.Hub.Backplane;

/// <summary>Connections of this node by a name: a user or a group. A look-up touches only the members, never all connections.</summary>
internal sealed class ConnectionIndex
{
    private readonly ConcurrentDictionary<string, Members> _sets = new(StringComparer.Ordinal);

    /// <summary>Names that have members.</summary>
    public int Count => _sets.Count;

    public void Add(string name, LocalConnection connection)
    {
        while (true)
        {
            Members members = _sets.GetOrAdd(name, static _ => new Members());
            lock (members)
            {
                // The last member may have left between the look-up and the lock; that set is no longer in the index.
                if (!members.IsRetired)
                {
                    members.Connections[connection.Id] = connection;
                    return;
                }
            }
        }
    }

    public void Remove(string name, LocalConnection connection)
    {
        if (_sets.TryGetValue(name, out Members? members))
        {
            lock (members)
            {
                members.Connections.TryRemove(connection.Id, out _);
                if (members.Connections.IsEmpty && !members.IsRetired)
                {
                    members.IsRetired = true;
                    _sets.TryRemove(name, out _);
                }
            }
        }
    }

    /// <summary>The members as they are while enumerating; safe against changes.</summary>
    public IEnumerable<KeyValuePair<string, LocalConnection>> Find(string name) =>
        _sets.TryGetValue(name, out Members? members) ? members.Connections : [];

    private sealed class Members
    {
        // One lock and one bucket to start with: most users have one connection, and there may be a hundred thousand users.
        public ConcurrentDictionary<string, LocalConnection> Connections { get; } = new(concurrencyLevel: 1, capacity: 1, StringComparer.Ordinal);

        public bool IsRetired { get; set; }
    }
}
