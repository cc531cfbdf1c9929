using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Push.Hub.Connections;

/// <summary>Healthy until the node drains: from then on nobody new is to be sent here.</summary>
internal sealed class DrainHealthCheck(ConnectionGate gate) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(gate.IsDraining ? new HealthCheckResult(context.Registration.FailureStatus, "The node is going away.") : HealthCheckResult.Healthy());
}
