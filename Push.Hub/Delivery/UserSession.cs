using Seckill.Core.Ids;

namespace Push.Hub.Delivery;

/// <summary>The connections that one user has on this node. The object is its own lock.</summary>
internal sealed class UserSession(UserId user)
{
    public UserId User => user;

    /// <summary>Usually one; a few with several devices or tabs.</summary>
    public List<MailboxConnection> Connections { get; } = new(1);

    /// <summary>True while the session waits for a reader, so that it waits only once however often it is asked for.</summary>
    public bool IsReadQueued { get; set; }

    /// <summary>Set when the last connection has left: whoever still holds the session looks up the user anew.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Set while operators have not been told of who came or went.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Writes of the lease and of the connections that are under way. Guarded by the session's lock.</summary>
    public int WritesInFlight { get; set; }

    /// <summary>When the node's lease was last renewed, as a timestamp; 0 when it never was.</summary>
    public long LeasedAt { get; set; }
}
