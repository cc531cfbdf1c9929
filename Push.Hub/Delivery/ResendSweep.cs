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
            try
            {
                await Parallel.ForEachAsync(
                    FindDue(), new ParallelOptions { MaxDegreeOfParallelism = _options.ReadsInFlight, CancellationToken = stoppingToken },
                    async (connection, _) => await delivery.ResendAsync(connection));
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                // Whoever was not reached is still due at the next sweep.
                log.MailboxNotRead(fault);
            }
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
