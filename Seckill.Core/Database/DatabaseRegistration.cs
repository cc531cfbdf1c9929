using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Seckill.Core.Database;

/// <summary>Registers the database.</summary>
public static class DatabaseRegistration
{
    /// <summary>Adds <see cref="SeckillDatabase"/>.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services)
    {
        services.TryAddSingleton<SeckillDatabase>();
        return services;
    }
}
