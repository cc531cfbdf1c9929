using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Messaging;

namespace Seckill.Hosting.Health;

/// <summary>Healthy while what was sent last stands in Kafka, or nothing was sent. Asks nobody: a host that has nothing to send need not connect for its health's sake.</summary>
internal sealed class KafkaProducerHealthCheck(KafkaProducer producer) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(producer.Trouble is { } trouble
        ? new HealthCheckResult(context.Registration.FailureStatus, $"What was sent last is not known to stand: {trouble}")
        : HealthCheckResult.Healthy());
}
