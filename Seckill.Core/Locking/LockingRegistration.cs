using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Database;

namespace Seckill.Core.Locking;

/// <summary>Registers locks.</summary>
public static class LockingRegistration
{
    /// <summary>Adds <see cref="Redlock"/>, <see cref="SingleRunner"/> and <see cref="FencedTransactions"/>; needs <see cref="Connections"/>. May be called by each feature that locks.</summary>
    public static IServiceCollection AddLocking(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(service => service.ServiceType == typeof(Redlock)))
        {
            return services;
        }

        services.AddCheckedOptions<LockingOptions>(configuration.GetSection(LockingOptions.Section));
        services.AddDatabase();
        services.TryAddSingleton<LockServers>();
        services.TryAddSingleton<Redlock>();
        services.TryAddSingleton<SingleRunner>();
        services.TryAddSingleton<FencedTransactions>();
        return services;
    }
}
