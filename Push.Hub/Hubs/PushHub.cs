using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Push.Hub.Backplane;
using Push.Hub.Connections;
using Push.Hub.Delivery;
using Push.Hub.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using StackExchange.Redis;

namespace Push.Hub.Hubs;

/// <summary>The hub at <c>/hubs/push</c>: <c>Resume</c>, <c>Ack</c>, <c>Watch</c>, <c>Unwatch</c>; the client's method is <c>Receive</c>. Protocol: <c>docs/push-protocol.md</c>.</summary>
[Authorize]
internal sealed class PushHub(
    LocalConnections<PushHub> connections,
    UserSessions sessions,
    MailboxDelivery delivery,
    PositionCheck leases,
    RevokedConnections revoked,
    AckWriter acks,
    SaleBroadcaster broadcaster,
    IOptions<PushOptions> options,
    TimeProvider time,
    ILogger<PushHub> log) : Microsoft.AspNetCore.SignalR.Hub
{
    private const int MaxEpochLength = 64;

    private ConnectionState State => Context.Features.Get<ConnectionState>()
        ?? throw new InvalidOperationException("The connection has no state: it never connected.");

    /// <inheritdoc/>
    public override async Task OnConnectedAsync()
    {
        if (!UserId.TryParse(Context.UserIdentifier, out UserId user) || !connections.TryGet(Context.ConnectionId, out LocalConnection? connection))
        {
            Context.Abort();
            return;
        }

        ConnectionSlot slot = Context.Features.GetRequiredFeature<ConnectionSlot>();
        MailboxConnection mailbox = sessions.Join(user, connection, slot.Device);
        Context.Features.Set(new ConnectionState(connection, mailbox, slot, options.Value, time));
        HubMetrics.Connections.Add(1);
        if (revoked.IsRevoked(connection))
        {
            connection.Close(PushCodes.TokenRevoked + ": log in anew");
            return;
        }

        ConnectionExpiry.Watch(connection, Context.Features, time);

        // Before the client can resume: what is appended from here on wakes this node, what was before is read by the resume.
        await leases.TakeLeaseAsync(mailbox.Session);
    }

    /// <inheritdoc/>
    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Features.Get<ConnectionState>() is not { } state)
        {
            return;
        }

        HubMetrics.Connections.Add(-1);
        state.Slot.Fault = exception;
        if (sessions.Leave(state.Mailbox))
        {
            await leases.GiveBackLeaseAsync(state.Mailbox.Session.User);
        }
    }

    /// <summary>Continues after a position, <c>("", 0)</c> for none: delivers the backlog and makes the connection live.</summary>
    public async Task<ResumeAnswer> Resume(string? epoch, long lastSeq)
    {
        ConnectionState state = State;
        Require(state, state.Resumes.TryTake(), PushCodes.TooManyCalls, "Resume once per connection.");
        Require(
            state,
            epoch is not null && epoch.Length <= MaxEpochLength && lastSeq >= 0 && (epoch.Length > 0 || lastSeq == 0),
            PushCodes.BadArgument,
            "Resume takes an epoch and a sequence number of 0 or more; without an epoch, 0.");
        try
        {
            ResumeAnswer answer = await delivery.ResumeAsync(state.Mailbox, new MailboxPosition(epoch!, lastSeq));
            HubMetrics.Resumed.Add(1, new KeyValuePair<string, object?>(
                "outcome", answer.EpochChanged ? "epoch-changed" : answer.Truncated ? "truncated" : "recovered"));
            return answer;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            log.MailboxNotRead(fault);
            throw Refuse(state, PushCodes.Unavailable, "The mailbox cannot be read now; resume again.");
        }
    }

    /// <summary>Confirms everything up to a sequence number. Lower than before changes nothing.</summary>
    public void Ack(long seq)
    {
        ConnectionState state = State;
        Require(state, seq >= 1, PushCodes.BadArgument, "Ack takes a sequence number of 1 or more.");
        MailboxConnection mailbox = state.Mailbox;
        bool isRaised = delivery.TryAck(mailbox, seq, out MailboxPosition position, out MailboxConfirmation confirmation);

        // One that raises the position is paid for by the messages it confirms; any other counts as a call.
        Require(state, isRaised || state.Calls.TryTake(), PushCodes.TooManyCalls, "Confirm the last of many messages.");
        Require(state, position.Epoch.Length > 0, PushCodes.NotResumed, "Resume first.");
        Require(state, seq <= position.Seq, PushCodes.AckAhead, "No such message was delivered on this connection.");
        if (isRaised)
        {
            HubMetrics.Acked.Add(1);
            acks.Add(mailbox.Session.User, mailbox.Device, position with { Seq = seq }, confirmation);
        }
    }

    /// <summary>Subscribes to the sale-wide messages of a sale; the latest of each type comes at once.</summary>
    public async Task Watch(string? saleId)
    {
        ConnectionState state = State;
        SaleId sale = ParseSale(state, saleId);
        if (!state.Watched.Contains(sale))
        {
            Require(
                state,
                state.Watched.Count < options.Value.MaxWatchedSales,
                PushCodes.TooManyWatched,
                $"At most {options.Value.MaxWatchedSales} sales at a time.");
            await Groups.AddToGroupAsync(Context.ConnectionId, SaleBroadcaster.Group(sale));
            state.Watched.Add(sale);
        }

        try
        {
            foreach (ReadOnlyMemory<byte> frame in await broadcaster.LatestAsync(sale))
            {
                state.Connection.TrySend(new SerializedHubMessage([new SerializedMessage(PushFrame.Protocol, frame)]));
            }
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            // The watch stands; the next message of the sale arrives anyway.
            log.MailboxNotRead(fault);
        }
    }

    /// <summary>Ends a watch; one that never was is no fault.</summary>
    public async Task Unwatch(string? saleId)
    {
        ConnectionState state = State;
        SaleId sale = ParseSale(state, saleId);
        if (state.Watched.Remove(sale))
        {
            await Groups.RemoveFromGroupAsync(Context.ConnectionId, SaleBroadcaster.Group(sale));
        }
    }

    private SaleId ParseSale(ConnectionState state, string? saleId)
    {
        Require(state, state.Calls.TryTake(), PushCodes.TooManyCalls, "Slow down.");
        Require(state, SaleId.TryParse(saleId, out SaleId sale), PushCodes.BadArgument, "A sale id is a positive number, as a string.");
        return sale;
    }

    private void Require(ConnectionState state, bool condition, string code, string text)
    {
        if (!condition)
        {
            throw Refuse(state, code, text);
        }
    }

    private HubException Refuse(ConnectionState state, string code, string text)
    {
        HubMetrics.Refused.Add(1, new KeyValuePair<string, object?>("code", code));
        if (++state.Refusals == options.Value.MaxRefusals)
        {
            log.ConnectionCutOff(Context.UserIdentifier, state.Refusals);
            state.Connection.Close(PushCodes.TooManyCalls + ": cut off");
        }

        return new HubException($"{code}: {text}");
    }
}
