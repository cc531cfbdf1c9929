using Microsoft.Extensions.Options;
using Push.Hub.Diagnostics;
using Seckill.Core.Admission;
using Seckill.Core.Ids;
using Seckill.Core.Push;

namespace Push.Hub.Connections;

/// <summary>Decides who may connect to this node, and counts those who are: per node, per user and per address, and how many begin in a second, and in a while for one user and one address.</summary>
/// <remarks>
/// Thread-safe: one lock, held for a few dictionary accesses, at a place that sees thousands of calls a second at most. Invariant: the counts are those of the slots given out and not yet
/// released, a slot is released once however often that is asked for, and a name whose count is zero is forgotten, so the tables are no larger than the connections.
/// </remarks>
internal sealed class ConnectionGate : IDisposable
{
    // Places are freed by others' going, which nobody can foresee: asked for again after some seconds.
    private static readonly TimeSpan CapPause = TimeSpan.FromSeconds(5);
    private const double ReturnsWithoutRate = 1_000;

    private readonly HubConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly LocalTokenBucket? _rate;
    private readonly SlidingWindowLimiter<UserId> _userTurns;
    private readonly SlidingWindowLimiter<ClientAddress> _addressTurns;
    private readonly ReturnSchedule _returns;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<ClientAddress, int> _addresses = [];
    private readonly Dictionary<string, ConnectionSlot> _negotiated = new(StringComparer.Ordinal);
    private int _count;
    private int _peak;
    private volatile bool _isDraining;

    public ConnectionGate(IOptions<HubConnectionOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        _rate = _options.AcceptPerSecond == 0 ? null : new LocalTokenBucket(new TokenRate(_options.AcceptPerSecond, _options.AcceptBurst));
        _userTurns = new SlidingWindowLimiter<UserId>(_options.TurnsPerUser, _options.TurnWindow, _options.MaxCountedTurns, HubMetrics.TurnsUncounted, time);
        _addressTurns = new SlidingWindowLimiter<ClientAddress>(_options.TurnsPerAddress, _options.TurnWindow, _options.MaxCountedTurns, HubMetrics.TurnsUncounted, time);
        _returns = new ReturnSchedule(_options.AcceptPerSecond == 0 ? ReturnsWithoutRate : _options.AcceptPerSecond, _options.MaxRetryAfter, time, Random.Shared.NextDouble);
    }

    /// <summary>Connections that have a place, those in their handshake included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The most that had one at a time since the node began.</summary>
    public int Peak => Volatile.Read(ref _peak);

    /// <summary>Names in the tables: users and addresses with a connection, and negotiated connections. For tests.</summary>
    public int Tracked
    {
        get
        {
            lock (_lock)
            {
                return _users.Count + _addresses.Count + _negotiated.Count;
            }
        }
    }

    /// <summary>Users and addresses whose turns are counted, those of past windows included until their places are needed.</summary>
    public int CountedTurns => _userTurns.Counted + _addressTurns.Counted;

    /// <summary>True once the node takes no more connections.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Takes no more connections from here on.</summary>
    public void StartDraining() => _isDraining = true;

    /// <summary>Asks for a client who begins by negotiating: pays for the connection, but gives no place yet, since he may never come for it.</summary>
    /// <returns>Null when he may go on.</returns>
    public ConnectRefusal? Negotiate(string user, ClientAddress address)
    {
        lock (_lock)
        {
            return Look(user, address) ?? Pay(user, address);
        }
    }

    /// <summary>Gives a place.</summary>
    /// <param name="slot">Whose.</param>
    /// <param name="isPaid">True when he has negotiated: that was when the connection was paid for.</param>
    /// <returns>Null when he has it; it must be given back by <see cref="Release"/>.</returns>
    public ConnectRefusal? Enter(ConnectionSlot slot, bool isPaid)
    {
        lock (_lock)
        {
            if ((Look(slot.User, slot.Address) ?? (isPaid ? null : Pay(slot.User, slot.Address))) is { } refusal)
            {
                return refusal;
            }

            _peak = Math.Max(_peak, ++_count);
            _users[slot.User] = _users.GetValueOrDefault(slot.User) + 1;
            if (slot.Address.IsKnown)
            {
                _addresses[slot.Address] = _addresses.GetValueOrDefault(slot.Address) + 1;
            }

            if (slot.ConnectionToken is { } token)
            {
                // A second request of the same connection leaves the first one's entry alone, and gives its own place back when it ends.
                _negotiated.TryAdd(token, slot);
            }

            return null;
        }
    }

    /// <summary>The place of a negotiated connection; null when it has none.</summary>
    public ConnectionSlot? Find(string connectionToken)
    {
        lock (_lock)
        {
            return _negotiated.GetValueOrDefault(connectionToken);
        }
    }

    /// <summary>Says that the connection's handler runs; false when its place was given back already, and it must not.</summary>
    public bool Begin(ConnectionSlot slot)
    {
        lock (_lock)
        {
            return !slot.IsReleased && slot.Begun.TrySetResult();
        }
    }

    /// <summary>Gives a place back; once, however often it is called.</summary>
    public void Release(ConnectionSlot slot)
    {
        lock (_lock)
        {
            if (slot.IsReleased)
            {
                return;
            }

            slot.IsReleased = true;
            _count--;
            Decrement(_users, slot.User);
            if (slot.Address.IsKnown)
            {
                Decrement(_addresses, slot.Address);
            }

            if (slot.ConnectionToken is { } token && _negotiated.GetValueOrDefault(token) == slot)
            {
                _negotiated.Remove(token);
            }
        }
    }

    /// <summary>Gives a place back unless its connection runs: then that does it when it ends.</summary>
    public void ReleaseUnlessBegun(ConnectionSlot slot)
    {
        lock (_lock)
        {
            if (!slot.Begun.Task.IsCompleted)
            {
                Release(slot);
            }
        }
    }

    /// <summary>When whoever was refused may come again.</summary>
    public TimeSpan RetryAfter(ConnectRefusal refusal) => refusal switch
    {
        { Wait: { } wait } => wait,
        { Status: < 500 } => CapPause * (0.5 + Random.Shared.NextDouble()),
        _ when refusal == ConnectRefusal.Draining => TimeSpan.FromSeconds(1),
        _ => _returns.Next(),
    };

    /// <summary>A place for a client who comes now.</summary>
    public ConnectionSlot NewSlot(string user, ClientAddress address, DeviceId device, string? connectionToken) =>
        new(user, address, device, _time.GetUtcNow()) { ConnectionToken = connectionToken };

    public void Dispose() => _rate?.Dispose();

    private ConnectRefusal? Look(string user, ClientAddress address)
    {
        if (_isDraining)
        {
            return ConnectRefusal.Draining;
        }

        if (_count >= _options.MaxConnections)
        {
            return ConnectRefusal.NodeFull;
        }

        if (_options.MaxPerUser > 0 && _users.GetValueOrDefault(user) >= _options.MaxPerUser)
        {
            return ConnectRefusal.TooManyConnections;
        }

        return _options.MaxPerAddress > 0 && address.IsKnown && _addresses.GetValueOrDefault(address) >= _options.MaxPerAddress ? ConnectRefusal.TooManyConnectionsIp : null;
    }

    // The node's rate last: whoever is refused for another reason takes nobody's turn.
    private ConnectRefusal? Pay(string user, ClientAddress address)
    {
        if (_userTurns.Count(new UserId(user)) is { Ticks: > 0 } wait)
        {
            return ConnectRefusal.ConnectsTooOften with { Wait = wait };
        }

        if (address.IsKnown && _addressTurns.Count(address) is { Ticks: > 0 } addressWait)
        {
            return ConnectRefusal.ConnectsTooOftenIp with { Wait = addressWait };
        }

        return _rate is null || _rate.Take() == TimeSpan.Zero ? null : ConnectRefusal.ThrottledConnects;
    }

    private static void Decrement<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        if (--counts[key] == 0)
        {
            counts.Remove(key);
        }
    }
}
