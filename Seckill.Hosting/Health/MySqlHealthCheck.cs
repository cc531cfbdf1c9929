using System.Data.Common;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Database;

namespace Seckill.Hosting.Health;

/// <summary>Healthy when the database answers a query.</summary>
internal sealed class MySqlHealthCheck(SeckillDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using DbConnection connection = await database.OpenAsync(cancellationToken);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = "SELECT VERSION()";
        return HealthCheckResult.Healthy($"version {await command.ExecuteScalarAsync(cancellationToken)}");
    }
}
