using Push.Hub.Backplane;
using Push.Hub.Connections;
using Push.Hub.Delivery;
using Seckill.Core.Ids;

namespace Push.Hub.Hubs;

/// <summary>What the hub knows of one connection. SignalR runs a connection's calls one after another.</summary>
internal sealed class ConnectionState(LocalConnection connection, MailboxConnection mailbox, ConnectionSlot slot, PushOptions options, TimeProvider time)
{
    public LocalConnection Connection => connection;

    public MailboxConnection Mailbox => mailbox;

    public ConnectionSlot Slot => slot;

    public HashSet<SaleId> Watched { get; } = [];

    public CallBudget Calls { get; } = new(options.CallBurst, options.CallBurst / 4.0, time);

    public CallBudget Resumes { get; } = new(options.ResumeBurst, 1, time);

    public int Refusals { get; set; }
}
