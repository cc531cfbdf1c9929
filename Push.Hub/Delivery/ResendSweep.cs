using Microsoft.Extensions.Options;
using Push.Hub.Diagnostics;
using StackExchange.Redis;

namespace Push.Hub.Delivery;

/// <summary>Finds the connections that have confirmed nothing for too long: one walk over the sessions for all of them, no timer for a connection or a message.</summary>
internal sealed class ResendSweep(
    UserSessions sessions, MailboxDelivery delivery, IOptions<DeliveryOptions> options, TimeProvider time, ILogger<ResendSweep> log) : BackgroundService
{
    // How late a re-send may come, as a part of the time after which it is due.
    private const int SweepsPerWait = 5;

    private readonly DeliveryOptions _options = options.Value;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_options.ResendAfter / SweepsPerWait, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (MailboxConnection[] chunk in FindDue().Chunk(_options.ReadsInFlight))
            {
                // One mailbox that cannot be read holds up no other; where none can, whoever was not reached is still due at the next sweep.
                Exception?[] faults = await Task.WhenAll(Array.ConvertAll(chunk, TryResendAsync)).WaitAsync(stoppingToken);
                if (Array.Find(faults, fault => fault is not null) is { } one)
                {
                    log.MailboxNotRead(one);
                }

                if (Array.TrueForAll(faults, fault => fault is not null))
                {
                    break;
                }
            }
        }
    }

    private async Task<Exception?> TryResendAsync(MailboxConnection connection)
    {
        try
        {
            await delivery.ResendAsync(connection);
            return null;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return fault;
        }
    }

    private List<MailboxConnection> FindDue()
    {
        long now = time.GetTimestamp();
        List<MailboxConnection> due = [];
        foreach ((string _, UserSession session) in sessions.All)
        {
            lock (session)
            {
                foreach (MailboxConnection connection in session.Connections)
                {
                    if (connection.NeedsSweep(now))
                    {
                        due.Add(connection);
                    }
                }
            }
        }

        return due;
    }
}
