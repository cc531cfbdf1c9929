using System.Threading.Channels;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Push.Hub.Backplane;
using Push.Hub.Diagnostics;
using Push.Hub.Hubs;
using Seckill.Core.Diagnostics;
using Seckill.Core.Push;
using StackExchange.Redis;

namespace Push.Hub.Delivery;

/// <summary>
/// Brings mailboxes to connections. A wake-up that carries the very next message is delivered as it comes; anything else (lost, repeated, reordered) leads to a
/// read of the mailbox after the connection's position, so that pub/sub may fail in any way without a message being missed, repeated or out of order.
/// </summary>
internal sealed class MailboxDelivery(
    UserSessions sessions, MailboxStore mailboxes, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<MailboxDelivery> log)
    : BackgroundService, IBackplaneReceiver<PushHub>
{
    // Holds each session at most once (IsReadQueued), hence never more than there are users connected.
    private readonly Channel<UserSession> _reads = Channel.CreateUnbounded<UserSession>();

    private volatile TaskCompletionSource _doubt = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public bool TryReceive(byte[] message)
    {
        if (message.Length == 0 || message[0] != MailboxWake.Marker || !MailboxWake.TryParse(message, out MailboxWake wake))
        {
            return false;
        }

        // A user who has just left is still in the directory for a moment.
        if (sessions.TryGet(wake.User, out UserSession? session))
        {
            SerializedHubMessage? frame = null;
            lock (session)
            {
                bool complete = true;
                foreach (MailboxConnection connection in session.Connections)
                {
                    complete &= connection.TryDeliver(wake, ref frame);
                }

                if (!complete)
                {
                    QueueRead(session);
                }
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void OnMessagesLost() => _doubt.TrySetResult();

    /// <summary>Waits until positions are in doubt, or until the time is over.</summary>
    public async Task WaitForDoubtAsync(TimeSpan atMost, CancellationToken stop)
    {
        try
        {
            await _doubt.Task.WaitAsync(atMost, time, stop);
            _doubt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        catch (TimeoutException)
        {
            // Nothing was in doubt.
        }
    }

    /// <summary>Answers a resume: the position first, then the backlog in pages, all handed to the connection before this returns; from then on it is live.</summary>
    /// <exception cref="RedisException">Redis is away. The connection is not live; the client may resume again.</exception>
    /// <exception cref="TimeoutException">As for <see cref="RedisException"/>.</exception>
    public async Task<ResumeAnswer> ResumeAsync(MailboxConnection connection, MailboxPosition position)
    {
        UserSession session = connection.Session;
        lock (session)
        {
            connection.StartResume(position);
        }

        ResumeAnswer? answer = null;
        bool anyAhead = false;
        MailboxPage page;
        do
        {
            MailboxPosition from = connection.Position;
            page = anyAhead ? await mailboxes.ReadAsync(session.User, from) : await mailboxes.ReadForResumeAsync(session.User, from, connection.Device);
            anyAhead |= page.Entries.Any(entry => entry.IsAhead);
            if (Planted.F10)
            {
                page = page with { Entries = [] };
            }

            lock (session)
            {
                connection.Deliver(page, from, isFirst: answer is null, isResume: true);
            }

            answer ??= ResumeAnswer.Of(page);
        }
        while (page.Through != page.Head && !connection.IsPaused);

        lock (session)
        {
            connection.IsLive = true;
            if (connection.Heard != MailboxPosition.Start && connection.IsBehind(connection.Heard))
            {
                QueueRead(session);
            }
        }

        return answer;
    }

    /// <summary>Takes a confirmation, and goes on with what waited for it; false when it confirms nothing new, or more than was delivered.</summary>
    /// <param name="connection">Whose.</param>
    /// <param name="seq">Everything up to it is confirmed.</param>
    /// <param name="position">Where the connection stands.</param>
    /// <param name="confirmation">What it confirms, and when.</param>
    public bool TryAck(MailboxConnection connection, long seq, out MailboxPosition position, out MailboxConfirmation confirmation)
    {
        lock (connection.Session)
        {
            position = connection.Position;
            bool isRaised = connection.TryAck(seq, out confirmation);
            if (isRaised && connection.TryGoOn())
            {
                QueueRead(connection.Session);
            }

            return isRaised;
        }
    }

    /// <summary>Sends the oldest unconfirmed page again, or closes a connection that has had all its chances and misses messages.</summary>
    /// <exception cref="RedisException">Redis is away; nothing was done.</exception>
    /// <exception cref="TimeoutException">As for <see cref="RedisException"/>.</exception>
    public async Task ResendAsync(MailboxConnection connection)
    {
        MailboxPosition from;
        lock (connection.Session)
        {
            if (connection.IsLeft(time.GetTimestamp()))
            {
                HubMetrics.SlowConsumers.Add(1, new KeyValuePair<string, object?>("reason", "unconfirmed"));
                connection.Connection.Close(LocalConnection.SlowConsumer);
                return;
            }

            from = connection.Position with { Seq = connection.Acked };
        }

        MailboxPage page = await mailboxes.ReadAsync(connection.Session.User, from);
        lock (connection.Session)
        {
            if (connection.Resend(page, from))
            {
                QueueRead(connection.Session);
            }
        }
    }

    /// <summary>Has the user's mailbox read when it is ahead of a live connection; true when it is.</summary>
    public bool Compare(UserSession session, MailboxPosition head)
    {
        lock (session)
        {
            bool isBehind = !Planted.F10 && session.Connections.Exists(connection => connection.IsLive && connection.IsBehind(head));
            if (isBehind)
            {
                QueueRead(session);
            }

            return isBehind;
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.ReadsInFlight).Select(_ => ReadLoopAsync(stoppingToken)));

    // Called under the session's lock.
    private void QueueRead(UserSession session)
    {
        if (!session.IsReadQueued)
        {
            session.IsReadQueued = true;
            _reads.Writer.TryWrite(session);
        }
    }

    private async Task ReadLoopAsync(CancellationToken stop)
    {
        await foreach (UserSession session in _reads.Reader.ReadAllAsync(stop))
        {
            try
            {
                await CatchUpAsync(session);
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                log.MailboxNotRead(fault);
            }
        }
    }

    private async Task CatchUpAsync(UserSession session)
    {
        lock (session)
        {
            session.IsReadQueued = false;
        }

        // Each connection is brought to the head by pages from its own position; connections at the same place share them.
        HashSet<MailboxPosition> read = [];
        while (true)
        {
            MailboxPosition? from = null;
            lock (session)
            {
                foreach (MailboxConnection connection in session.Connections)
                {
                    if (connection is { IsLive: true, IsPaused: false } && !read.Contains(connection.Position))
                    {
                        from = connection.Position;
                        break;
                    }
                }
            }

            if (from is not { } position)
            {
                return;
            }

            read.Add(position);
            MailboxPage page = await mailboxes.ReadAsync(session.User, position);
            lock (session)
            {
                foreach (MailboxConnection connection in session.Connections)
                {
                    if (connection is { IsLive: true, IsPaused: false })
                    {
                        connection.Deliver(page, position, isFirst: false, isResume: false);
                    }
                }
            }

            if (page.Through == page.Head)
            {
                read.Add(page.Head);
            }
        }
    }
}
