using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Database;

/// <summary>Registers the database.</summary>
public static class DatabaseRegistration
{
    /// <summary>Adds <see cref="SeckillDatabase"/>, <see cref="Migrator"/> and <see cref="SchemaGate"/>.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SeckillDatabase>();
        services.TryAddSingleton<Migrator>();
        services.TryAddSingleton<SchemaGate>();
        services.CountFromZero(DatabaseMetrics.OpenFailures, DatabaseMetrics.Silences);
        return services;
    }

    /// <summary>Puts a guard before the database: for a host whose callers want an answer now. Loops wait for MySQL instead, each in its own way.</summary>
    public static IServiceCollection AddDatabaseGuard(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<MySqlResilienceOptions>(configuration.GetSection(MySqlResilienceOptions.Section));
        services.TryAddSingleton<DatabaseGuard>();
        return services;
    }
}
