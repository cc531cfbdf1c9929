using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Push.Hub.Backplane;
using Seckill.Core.Ids;
using Seckill.Core.Push;

namespace Push.Hub.Delivery;

/// <summary>The users connected to this node.</summary>
internal sealed class UserSessions(AckWindowLimits limits)
{
    private readonly ConcurrentDictionary<string, UserSession> _sessions = new(StringComparer.Ordinal);

    /// <summary>Users connected.</summary>
    public int Count => _sessions.Count;

    /// <summary>All sessions as they are while enumerating.</summary>
    public IEnumerable<KeyValuePair<string, UserSession>> All => _sessions;

    public bool TryGet(string user, [NotNullWhen(true)] out UserSession? session) => _sessions.TryGetValue(user, out session);

    public MailboxConnection Join(UserId user, LocalConnection connection, DeviceId device)
    {
        while (true)
        {
            UserSession session = _sessions.GetOrAdd(user.Value, static (_, id) => new UserSession(id), user);
            lock (session)
            {
                if (!session.IsRetired)
                {
                    MailboxConnection joined = new(connection, session, device, limits);
                    session.Connections.Add(joined);
                    session.IsChanged = true;
                    return joined;
                }
            }
        }
    }

    /// <summary>Takes a connection out; true when it was the user's last on this node.</summary>
    public bool Leave(MailboxConnection connection)
    {
        UserSession session = connection.Session;
        lock (session)
        {
            if (!session.Connections.Remove(connection) || session.Connections.Count > 0)
            {
                session.IsChanged = true;
                return false;
            }

            session.IsRetired = true;
            _sessions.TryRemove(session.User.Value, out _);
            return true;
        }
    }
}
