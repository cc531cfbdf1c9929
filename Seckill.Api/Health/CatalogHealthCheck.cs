using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Sales;

namespace Seckill.Api.Health;

/// <summary>Unhealthy until the node knows which sales there are; degraded while what it knows is old, by which it goes on.</summary>
internal sealed class CatalogHealthCheck(SaleCatalog catalog) : IHealthCheck
{
    // Compared each second: by then several comparisons in a row have failed. Nobody would wait that long for "open" to show.
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(10);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        !catalog.IsLoaded ? new HealthCheckResult(context.Registration.FailureStatus, "Neither Redis nor MySQL has told the sales yet.")
        : catalog.Age is { } age && age > Stale ? HealthCheckResult.Degraded($"The sales are those of {age.TotalSeconds:0} s ago.")
        : HealthCheckResult.Healthy($"{catalog.Current.Sales.Count} sales, version {catalog.Current.Version}"));
}
