using Microsoft.Extensions.Options;
using Push.Hub.Backplane;
using Push.Hub.Diagnostics;
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
            await VisitAsync(session);
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
                await VisitAsync(session, renew: true);
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
            try
            {
                await CheckAllAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                log.PositionsNotChecked(fault);
            }
        }
    }

    private async Task CheckAllAsync(CancellationToken stop)
    {
        List<Task> chunk = new(_options.ChecksInFlight);
        foreach ((string _, UserSession session) in sessions.All)
        {
            chunk.Add(CheckAsync(session));
            if (chunk.Count == _options.ChecksInFlight)
            {
                await Task.WhenAll(chunk).WaitAsync(stop);
                chunk.Clear();
            }
        }

        await Task.WhenAll(chunk).WaitAsync(stop);
    }

    private async Task CheckAsync(UserSession session)
    {
        MailboxPosition head = await VisitAsync(session);
        if (delivery.Compare(session, head))
        {
            HubMetrics.Repaired.Add(1);
        }
    }

    private async Task<MailboxPosition> VisitAsync(UserSession session, bool renew = false)
    {
        long now = time.GetTimestamp();
        bool isDue = renew || session.LeasedAt == 0 || time.GetElapsedTime(session.LeasedAt, now) > _options.NodeLease / 3;
        MailboxPosition head = await mailboxes.VisitAsync(session.User, node.Value, isDue ? _options.NodeLease : TimeSpan.Zero);
        if (isDue)
        {
            session.LeasedAt = now;
        }

        return head;
    }
}
