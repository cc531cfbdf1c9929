using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Push.Hub.Backplane;

/// <summary>Healthy while the node hears itself through pub/sub. Otherwise degraded: what it misses is found in the mailboxes, seconds later (PositionCheck).</summary>
internal sealed class BackplaneHealthCheck(BackplaneHearing hearing, IOptions<BackplaneOptions> options) : IHealthCheck
{
    private readonly TimeSpan _longest = options.Value.HeartbeatInterval * options.Value.MissedHeartbeats;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(hearing.Silence switch
    {
        null => new HealthCheckResult(context.Registration.FailureStatus, "The node has not heard itself through pub/sub yet."),
        { } silence when silence > _longest => new HealthCheckResult(context.Registration.FailureStatus, $"The node has not heard itself through pub/sub for {silence.TotalSeconds:0.0} s: messages come late."),
        _ => HealthCheckResult.Healthy(),
    });
}
