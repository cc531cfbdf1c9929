using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Identity;

namespace Seckill.Hosting.Health;

/// <summary>Healthy once the node knows which tokens are revoked.</summary>
internal sealed class RevocationsHealthCheck(TokenRevocations revocations) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(revocations.IsLoaded ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "The revoked tokens have not been read yet."));
}
