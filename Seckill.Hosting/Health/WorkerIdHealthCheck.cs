using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Ids;

namespace Seckill.Hosting.Health;

/// <summary>Healthy while the node holds a worker id: without one it can make no order ids, hence reserve nothing.</summary>
internal sealed class WorkerIdHealthCheck(IWorkerIdSource workers) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(workers.Current is not null ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "No worker id is leased: no ids can be made."));
}
