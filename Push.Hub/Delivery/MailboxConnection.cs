using Microsoft.AspNetCore.SignalR;
using Push.Hub.Backplane;
using Push.Hub.Diagnostics;
using Seckill.Core.Push;

namespace Push.Hub.Delivery;

/// <summary>One connection's place in its user's mailbox. Everything is guarded by the lock of its <see cref="UserSession"/>, sending included: that is what keeps the order.</summary>
internal sealed class MailboxConnection(LocalConnection connection, UserSession session, DeviceId device, AckWindowLimits limits)
{
    private static readonly KeyValuePair<string, object?> Live = new("path", "live");
    private static readonly KeyValuePair<string, object?> Read = new("path", "read");
    private static readonly KeyValuePair<string, object?> Resume = new("path", "resume");

    private readonly AckWindow _window = new(limits);
    private readonly DeliveryTraces _traces = new();

    public UserSession Session => session;

    public LocalConnection Connection => connection;

    /// <summary>The device that it belongs to, if the client named one.</summary>
    public DeviceId Device => device;

    /// <summary>Everything up to here has been handed to the connection.</summary>
    public MailboxPosition Position { get; private set; } = MailboxPosition.Start;

    /// <summary>True once the first resume has caught up or filled the window: from then on messages come by themselves.</summary>
    public bool IsLive { get; set; }

    /// <summary>The window is full and there is more to send: nothing is until <see cref="TryAck"/> makes room.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>The highest confirmed sequence number under <see cref="Position"/>'s epoch; what the connection resumed after counts as confirmed.</summary>
    public long Acked { get; private set; }

    /// <summary>The last position that a wake-up spoke of, wherever the connection stood.</summary>
    public MailboxPosition Heard { get; private set; } = MailboxPosition.Start;

    /// <summary>Delivers what rode along with a wake-up if it is the very next message; false when the mailbox has to be read.</summary>
    public bool TryDeliver(in MailboxWake wake, ref SerializedHubMessage? frame)
    {
        Heard = wake.Position;
        if (!IsLive || IsPaused)
        {
            return true; // Catching up, or waiting for confirmations; the mailbox is read when that is over.
        }

        if (wake.Position.Epoch != Position.Epoch)
        {
            return false; // Also a user's very first message: the client has to be told the epoch before it.
        }

        if (wake.Position.Seq != Position.Seq + 1)
        {
            return wake.Position.Seq <= Position.Seq;
        }

        if (_window.HasRoom())
        {
            frame ??= ToMessage(PushFrame.Encode(wake.Position.Seq, wake.Body.Span));
            Send(frame, wake.Position.Seq, 1, wake.Body.Length, Live);
            _traces.Delivered(wake.Position.Seq, wake.Body.Span);
            RecordDelay(new MailboxEntry(wake.Position.Seq, wake.Body), Live);
            Position = wake.Position;
        }
        else
        {
            Pause();
        }

        return true;
    }

    /// <summary>Starts over from what the client says it has.</summary>
    public void StartResume(MailboxPosition position)
    {
        IsLive = IsPaused = false;
        Position = position;
        Acked = position.Seq;
        _window.Clear();
        _traces.Clear();
    }

    /// <summary>Delivers a page, as far as it continues this connection's position and the window has room.</summary>
    /// <param name="page">The page.</param>
    /// <param name="from">The position that was asked for.</param>
    /// <param name="isFirst">True for the first page of a resume, whose answer goes before the messages even when all is well.</param>
    /// <param name="isResume">True for all pages of a resume.</param>
    public void Deliver(MailboxPage page, MailboxPosition from, bool isFirst, bool isResume)
    {
        bool isSameLife = Position.Epoch == page.Head.Epoch && Position.Seq <= page.Head.Seq && !page.EpochChanged;
        if (isSameLife ? Position.Seq < page.After.Seq : Position != from)
        {
            return; // Stands elsewhere than the page begins: a page of its own will be read.
        }

        if (!isSameLife)
        {
            _window.Clear();
            _traces.Clear();
            Acked = page.After.Seq;
            Position = page.After;
        }

        if (!_window.HasRoom())
        {
            Pause();
            return;
        }

        List<MailboxEntry> entries = [];
        (int messages, int bytes, long lastSeq, MailboxPosition through) = Fit(page, entries);
        bool isHole = messages < through.Seq - Position.Seq;
        if (isFirst || !isSameLife || isHole)
        {
            ResumeAnswer told = isFirst || !isSameLife ? ResumeAnswer.Of(page) : ResumeAnswer.OfHole(Position, page.Head);
            entries.Insert(0, told.ToEntry(limits.Time.GetUtcNow()));
        }

        Position = through;
        if (entries.Count > 0)
        {
            Send(ToMessage(PushFrame.Encode(entries, 0)), lastSeq, messages, bytes, isResume ? Resume : Read);
            entries.ForEach(entry => _traces.Delivered(entry.Seq, entry.Body.Span));
        }

        if (!isResume)
        {
            entries.ForEach(entry => RecordDelay(entry, Read));
        }
    }

    /// <summary>Takes a confirmation; false when it confirms nothing new, or more than was delivered.</summary>
    public bool TryAck(long seq, out MailboxConfirmation confirmation)
    {
        confirmation = default;
        if (seq <= Acked || seq > Position.Seq)
        {
            return false;
        }

        Acked = seq;
        long now = limits.Time.GetTimestamp();
        long sentAt = _window.Release(seq, now);
        DateTimeOffset ackedAt = limits.Time.GetUtcNow();
        confirmation = new MailboxConfirmation(seq, ackedAt - limits.Time.GetElapsedTime(sentAt, now), ackedAt);
        _traces.Acked(seq);
        return true;
    }

    /// <summary>Ends a pause when there is room again; true when the mailbox has to be read for what was held back.</summary>
    public bool TryGoOn()
    {
        bool goesOn = IsPaused && _window.IsHalfFree;
        IsPaused &= !goesOn;
        return goesOn;
    }

    /// <summary>Something is to be sent again, or the connection is to be closed.</summary>
    public bool NeedsSweep(long now) => IsLive && (_window.IsDue(now) || IsLeft(now));

    /// <summary>It was sent everything again, confirmed nothing, and misses messages by now: only a resume can say where its client stands.</summary>
    public bool IsLeft(long now) => IsPaused && _window.IsGivenUp(now) && !connection.Aborted.IsCancellationRequested;

    /// <summary>Sends again what is unconfirmed of a page that was read after <see cref="Acked"/>.</summary>
    /// <returns>True when the mailbox has begun another life: what was unconfirmed is gone with the old one, and the connection has to be brought to the new one.</returns>
    public bool Resend(MailboxPage page, MailboxPosition from)
    {
        long now = limits.Time.GetTimestamp();
        if (!IsLive || !_window.IsDue(now) || from != Position with { Seq = Acked })
        {
            return false; // Confirmed, resumed, or begun anew meanwhile.
        }

        if (page.After != from)
        {
            _window.Clear();
            IsPaused = false;
            return true;
        }

        _window.NoteResend(now);
        MailboxEntry[] entries = [.. page.Entries.Where(entry => entry.Seq > Acked && entry.Seq <= Position.Seq)];

        // What still waits for the socket needs no second copy behind it.
        if (entries.Length > 0 && connection.QueuedBytes == 0)
        {
            connection.TrySend(ToMessage(PushFrame.Encode(entries, 0)));
            HubMetrics.Resent.Add(entries.Length);
        }

        return false;
    }

    /// <summary>True when the mailbox is known to hold something that this connection has not been given, and could be.</summary>
    public bool IsBehind(MailboxPosition head) => !IsPaused && (head.Epoch != Position.Epoch || head.Seq != Position.Seq);

    // What the connection lacks of the page and has room for.
    private (int Messages, int Bytes, long LastSeq, MailboxPosition Through) Fit(MailboxPage page, List<MailboxEntry> entries)
    {
        int messages = 0, bytes = 0;
        long lastSeq = 0;
        foreach (MailboxEntry entry in page.Entries)
        {
            if (entry.Seq <= Position.Seq)
            {
                continue;
            }

            if (entry.IsAhead)
            {
                // Beside the window: it cannot be confirmed, and a resume brings one page of these at most.
                HubMetrics.SentAhead.Add(1);
                entries.Add(entry);
                continue;
            }

            if (!_window.HasRoom(messages, bytes))
            {
                Pause();
                return (messages, bytes, lastSeq, Position with { Seq = lastSeq });
            }

            entries.Add(entry);
            messages++;
            bytes += entry.Body.Length;
            lastSeq = entry.Seq;
        }

        return (messages, bytes, lastSeq, new MailboxPosition(page.Head.Epoch, Math.Max(Position.Seq, page.Through.Seq)));
    }

    private void Pause()
    {
        IsPaused = true;
        HubMetrics.Paused.Add(1);
    }

    private void Send(SerializedHubMessage frame, long lastSeq, int messages, int bytes, KeyValuePair<string, object?> path)
    {
        connection.TrySend(frame);
        if (messages > 0)
        {
            _window.Add(lastSeq, messages, bytes, limits.Time.GetTimestamp());
            HubMetrics.Delivered.Add(messages, path);
        }
    }

    private void RecordDelay(MailboxEntry entry, KeyValuePair<string, object?> path)
    {
        if (HubMetrics.DeliveryDelay.Enabled && entry.Seq > 0 && PushEnvelope.TryReadAt(entry.Body.Span, out DateTimeOffset at))
        {
            // The sender's clock may be ahead of ours.
            HubMetrics.DeliveryDelay.Record(Math.Max(0, (limits.Time.GetUtcNow() - at).TotalSeconds), path);
        }
    }

    private static SerializedHubMessage ToMessage(byte[] frame) => new([new SerializedMessage(PushFrame.Protocol, frame)]);
}
