using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;

namespace Seckill.Core.Stock;

/// <summary>Registers stock.</summary>
public static class StockRegistration
{
    /// <summary>Adds <see cref="StockStore"/>; needs <see cref="Redis.RedisConnection"/>.</summary>
    public static IServiceCollection AddStock(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<StockOptions>(configuration.GetSection(StockOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StockStore>();
        return services;
    }
}
