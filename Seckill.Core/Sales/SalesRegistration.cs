using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Redis;

namespace Seckill.Core.Sales;

/// <summary>Registers sales.</summary>
public static class SalesRegistration
{
    /// <summary>Adds the catalog and its loop, the store and the director; needs connections, Redis, stock and push sending.</summary>
    public static IServiceCollection AddSales(this IServiceCollection services)
    {
        services.AddDatabase();
        services.TryAddSingleton<WorkerIdLease>();
        services.TryAddSingleton<IWorkerIdSource>(provider => provider.GetRequiredService<WorkerIdLease>());
        services.AddHostedService(provider => provider.GetRequiredService<WorkerIdLease>());
        services.TryAddSingleton<SnowflakeIds>();
        services.TryAddSingleton<RedisListener>();
        services.TryAddSingleton<SaleStore>();
        services.TryAddSingleton<SalePublisher>();
        services.TryAddSingleton<KillSwitch>();
        services.TryAddSingleton<SaleDirector>();
        services.TryAddSingleton<SaleCatalog>();
        services.AddHostedService(provider => provider.GetRequiredService<SaleCatalog>());
        services.CountFromZero(SalesMetrics.Unchanged, SalesMetrics.Changed, IdsMetrics.Granted, IdsMetrics.Clashes, IdsMetrics.StepsBack);
        return services;
    }

    /// <summary>Adds the loop that warms up sales whose window is near; needs <see cref="AddSales"/>.</summary>
    public static IServiceCollection AddSaleWarmer(this IServiceCollection services) => services.AddHostedService<SaleWarmer>();
}
