using Microsoft.Extensions.Options;
using Push.Hub.Backplane;
using Push.Hub.Connections;
using Push.Hub.Delivery;
using Push.Hub.Diagnostics;
using Seckill.Core.Push;
using StackExchange.Redis;

namespace Push.Hub.Presence;

/// <summary>Tells operators, every <see cref="PresenceOptions.Interval"/>, that the node lives and how many it has.</summary>
internal sealed class PresenceBeat(
    PresenceStore presence, NodeName node, ConnectionGate gate, UserSessions sessions, IOptions<PresenceOptions> options, TimeProvider time, ILogger<PresenceBeat> log)
    : BackgroundService
{
    private const int LeaseIntervals = 3;

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(options.Value.Interval, time);
        try
        {
            do
            {
                await TryAsync(() => presence.TellAsync(
                    node.Value, options.Value.Interval * LeaseIntervals, new NodeFigures(gate.Count, sessions.Count, gate.IsDraining, _startedAt)));
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await TryAsync(() => presence.LeaveAsync(node.Value));
        }
    }

    private async Task TryAsync(Func<Task> tell)
    {
        try
        {
            await tell();
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            log.PresenceNotTold(fault);
        }
    }
}
