using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        return services;
    }
}
