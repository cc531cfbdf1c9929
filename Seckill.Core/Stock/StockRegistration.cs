using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Stock;

/// <summary>Registers stock.</summary>
public static class StockRegistration
{
    /// <summary>Adds <see cref="StockStore"/> and what moves the units of segmented SKUs; needs <see cref="Redis.RedisConnection"/>.</summary>
    public static IServiceCollection AddStock(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<StockOptions>(configuration.GetSection(StockOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StockStore>();
        services.TryAddSingleton<SegmentStore>();
        services.TryAddSingleton<ChunkMover>();
        services.TryAddSingleton<StockWarmUp>();
        services.TryAddSingleton<SegmentedClaims>();
        services.CountFromZero(SegmentMetrics.Refills, SegmentMetrics.Gathers);
        return services;
    }
}
