using Push.Hub.Connections;
using Push.Hub.Delivery;
using Seckill.Core.Push;

namespace Push.Hub.Presence;

/// <summary>What operators are told of a user's connections.</summary>
internal static class PresenceOf
{
    /// <summary>The session as it is now; a change from here on is told by the next visit.</summary>
    public static NodeSessions Session(UserSession session)
    {
        lock (session)
        {
            session.IsChanged = false;
            List<UserSessionInfo> told = new(Math.Min(session.Connections.Count, NodeSessions.MaxSessions));
            foreach (MailboxConnection connection in session.Connections)
            {
                if (told.Count < NodeSessions.MaxSessions && connection.Connection.Features.Get<ConnectionSlot>() is { } slot)
                {
                    told.Add(new UserSessionInfo(slot.Device.Value, CountedConnectionHandler.TransportName(slot.Transport), slot.Since));
                }
            }

            return new NodeSessions(session.Connections.Count, told);
        }
    }
}
