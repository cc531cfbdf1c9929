using Microsoft.AspNetCore.SignalR;
using Push.Hub.Backplane;
using Push.Hub.Diagnostics;
using Seckill.Core.Push;

namespace Push.Hub.Delivery;

/// <summary>One connection's place in its user's mailbox. Everything is guarded by the lock of its <see cref="UserSession"/>, sending included: that is what keeps the order.</summary>
internal sealed class MailboxConnection(LocalConnection connection, UserSession session)
{
    public UserSession Session => session;

    public LocalConnection Connection => connection;

    /// <summary>Everything up to here has been handed to the connection.</summary>
    public MailboxPosition Position { get; private set; } = MailboxPosition.Start;

    /// <summary>True once the first resume has caught up: from then on messages come by themselves.</summary>
    public bool IsLive { get; set; }

    /// <summary>The highest confirmed sequence number under <see cref="Position"/>'s epoch.</summary>
    public long Acked { get; set; }

    /// <summary>The last position that a wake-up spoke of, wherever the connection stood.</summary>
    public MailboxPosition Heard { get; set; } = MailboxPosition.Start;

    /// <summary>Delivers what rode along with a wake-up if it is the very next message; false when the mailbox has to be read.</summary>
    public bool TryDeliver(in MailboxWake wake, ref SerializedHubMessage? frame)
    {
        Heard = wake.Position;
        if (!IsLive)
        {
            return true; // Catching up; it looks at what it heard when it is done.
        }

        if (wake.Position.Epoch != Position.Epoch)
        {
            return false; // Also a user's very first message: the client has to be told the epoch before it.
        }

        if (wake.Position.Seq == Position.Seq + 1)
        {
            frame ??= ToMessage(PushFrame.Encode(wake.Position.Seq, wake.Body.Span));
            connection.TrySend(frame);
            Position = wake.Position;
            HubMetrics.Delivered.Add(1, Live);
            return true;
        }

        return wake.Position.Seq <= Position.Seq;
    }

    /// <summary>Starts over from what the client says it has.</summary>
    public void StartResume(MailboxPosition position)
    {
        IsLive = false;
        Position = position;
        Acked = 0;
    }

    /// <summary>Delivers a page that was read from <paramref name="from"/>, as far as it continues this connection's position.</summary>
    /// <param name="page">The page.</param>
    /// <param name="from">The position it was read after.</param>
    /// <param name="tellAlways">True for the first page of a resume, whose answer goes before the messages even when all is well.</param>
    /// <param name="now">Time of the answer.</param>
    public void Deliver(MailboxPage page, MailboxPosition from, bool tellAlways, DateTimeOffset now)
    {
        bool isSameLife = Position.Epoch == page.Head.Epoch && Position.Seq <= page.Head.Seq && !page.EpochChanged;
        if (!isSameLife && Position != from)
        {
            return; // Stands elsewhere than the page begins: a page of its own will be read.
        }

        List<MailboxEntry> entries = [];
        if (tellAlways || !isSameLife || (page.Truncated && Position == from))
        {
            entries.Add(ResumeAnswer.Of(page).ToEntry(now));
        }

        int control = entries.Count;
        long after = isSameLife ? Position.Seq : 0;
        foreach (MailboxEntry entry in page.Entries)
        {
            if (entry.Seq > after)
            {
                entries.Add(entry);
            }
        }

        if (!isSameLife)
        {
            Acked = 0;
        }

        Position = new MailboxPosition(page.Head.Epoch, Math.Max(after, page.Through.Seq));
        if (entries.Count > 0)
        {
            connection.TrySend(ToMessage(PushFrame.Encode(entries, 0)));
            HubMetrics.Delivered.Add(entries.Count - control, tellAlways ? Resume : Read);
        }
    }

    /// <summary>True when the mailbox is known to hold something that this connection has not been given.</summary>
    public bool IsBehind(MailboxPosition head) => head.Epoch != Position.Epoch || head.Seq != Position.Seq;

    private static KeyValuePair<string, object?> Live => new("path", "live");

    private static KeyValuePair<string, object?> Read => new("path", "read");

    private static KeyValuePair<string, object?> Resume => new("path", "resume");

    private static SerializedHubMessage ToMessage(byte[] frame) => new([new SerializedMessage(PushFrame.Protocol, frame)]);
}
