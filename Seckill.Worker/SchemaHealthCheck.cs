using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Database;

namespace Seckill.Worker;

/// <summary>Healthy once the schema is in place; the reason why not, until then.</summary>
internal sealed class SchemaHealthCheck(SchemaGate gate) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(gate.IsOpen ? HealthCheckResult.Healthy("migrated") : HealthCheckResult.Unhealthy(gate.Fault ?? "migrating"));
}
