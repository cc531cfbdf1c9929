using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Orders;

namespace Seckill.Worker;

/// <summary>Healthy once the consumer group has given this worker its share of the partitions.</summary>
internal sealed class OrderIntakeHealthCheck(OrderIntake intake) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(intake.IsAssigned ? HealthCheckResult.Healthy("in its consumer group") : HealthCheckResult.Unhealthy("waiting for its consumer group"));
}
