using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Hosting.Health;

namespace Seckill.Api.Health;

/// <summary>Registers the health of what is the Api's own.</summary>
internal static class ApiHealthRegistration
{
    /// <summary>Adds the check <c>catalog</c>; the node is not ready before it knows the sales.</summary>
    public static IHealthChecksBuilder AddCatalog(this IHealthChecksBuilder checks) =>
        checks.AddCheck<CatalogHealthCheck>("catalog", HealthStatus.Unhealthy, [HealthRegistration.Ready, HealthRegistration.Startup]);
}
