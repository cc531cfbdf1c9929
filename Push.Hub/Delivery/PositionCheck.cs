using Microsoft.Extensions.Options;
using Push.Hub.Backplane;
using Push.Hub.Diagnostics;
using Push.Hub.Presence;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using StackExchange.Redis;

namespace Push.Hub.Delivery;

/// <summary>
/// Compares every local user's position with the mailbox each few seconds, and at once when messages may have been lost; renews the node's lease on
/// the way. Pub/sub can lose a message without any disconnect, so this is what makes "delivered within seconds" true.
/// </summary>
internal sealed class PositionCheck(
    UserSessions sessions,
    MailboxDelivery delivery,
    MailboxStore mailboxes,
    NodeName node,
    IOptions<DeliveryOptions> options,
    TimeProvider time,
    ILogger<PositionCheck> log) : BackgroundService
{
    private readonly DeliveryOptions _options = options.Value;

    /// <summary>Tells appenders that this node has the user. Redis being away is logged only: the next round does it.</summary>
    public async Task TakeLeaseAsync(UserSession session)
    {
        try
        {
            await TakeAsync(session);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            log.LeaseNotTaken(fault);
        }
    }

    /// <summary>Gives the lease back after the user's last connection has left.</summary>
    public async Task GiveBackLeaseAsync(UserId user)
    {
        try
        {
            await mailboxes.LeaveAsync(user, node.Value);

            // The user may have come back meanwhile, and the two writes may have met in either order.
            if (sessions.TryGet(user.Value, out UserSession? session))
            {
                await TakeAsync(session);
            }
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            log.LeaseNotTaken(fault);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await delivery.WaitForDoubtAsync(_options.PositionCheckInterval, stoppingToken);
            if (await CheckAllAsync(stoppingToken) is { } fault)
            {
                log.PositionsNotChecked(fault);
            }
        }
    }

    /// <returns>One of the faults; null when there was none. A mailbox that cannot be read, or whose node is away, holds up no other; where nobody's can, the round ends.</returns>
    private async Task<Exception?> CheckAllAsync(CancellationToken stop)
    {
        Exception? fault = null;
        foreach (UserSession[] chunk in sessions.All.Select(one => one.Value).Chunk(_options.ChecksInFlight))
        {
            ILookup<bool, UserSession> due = chunk.ToLookup(IsDue);
            IEnumerable<Task<Exception?[]>> looks = mailboxes.InCalls(due[false], session => session.User).Select(TryLookAsync);
            Exception?[] faults = [.. (await Task.WhenAll([.. looks, Task.WhenAll(due[true].Select(TryRenewAsync))]).WaitAsync(stop)).SelectMany(some => some)];
            fault ??= Array.Find(faults, one => one is not null);
            if (chunk.Length > 1 && Array.TrueForAll(faults, one => one is not null))
            {
                break;
            }
        }

        return fault;
    }

    private bool IsDue(UserSession session) => session.IsChanged || session.LeasedAt == 0 || time.GetElapsedTime(session.LeasedAt) > _options.NodeLease / 3;

    // One call for many users: a call for each would cost a node with thousands of users more than the messages that it delivers to them.
    private async Task<Exception?[]> TryLookAsync(UserSession[] some)
    {
        try
        {
            IReadOnlyList<MailboxVisit?> visits = await mailboxes.LookAsync(Array.ConvertAll(some, session => session.User), node.Value);
            return await Task.WhenAll(some.Zip(visits, TryCompareAsync));
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return [.. some.Select(_ => fault)];
        }
    }

    private Task<Exception?> TryCompareAsync(UserSession session, MailboxVisit? visit)
    {
        switch (visit)
        {
            case null:
                return Task.FromResult<Exception?>(new InvalidDataException($"The keys of {session.User}'s mailbox are not hashes."));
            case { IsLeased: false }:
                return TryRenewAsync(session);
            case { } leased:
                Compare(session, leased.Head);
                return Task.FromResult<Exception?>(null);
        }
    }

    private async Task<Exception?> TryRenewAsync(UserSession session)
    {
        try
        {
            MailboxPosition head = await TakeAsync(session);
            if (session.IsRetired)
            {
                // The user left meanwhile, and this lease may have been taken after that one was given back.
                await GiveBackLeaseAsync(session.User);
            }

            Compare(session, head);
            return null;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return fault;
        }
    }

    // Nobody is behind in a session that has no connections any more.
    private void Compare(UserSession session, MailboxPosition head)
    {
        if (delivery.Compare(session, head))
        {
            HubMetrics.Repaired.Add(1);
        }
    }

    private async Task<MailboxPosition> TakeAsync(UserSession session)
    {
        long now = time.GetTimestamp();
        bool overlaps, isTold = false;
        NodeSessions sessionsNow;
        lock (session)
        {
            overlaps = session.WritesInFlight++ > 0;
            sessionsNow = PresenceOf.Session(session);
        }

        try
        {
            MailboxPosition head = await mailboxes.TakeLeaseAsync(session.User, node.Value, _options.NodeLease, sessionsNow);
            session.LeasedAt = now;
            isTold = true;
            return head;
        }
        finally
        {
            lock (session)
            {
                session.WritesInFlight--;
                // Two that are under way may arrive in either order, and the older list of connections be the last: the next round writes again, until one was alone.
                session.IsChanged |= overlaps || !isTold;
            }
        }
    }
}
