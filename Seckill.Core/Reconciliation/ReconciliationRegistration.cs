using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Configuration;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Locking;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Receipts;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Reconciliation;

/// <summary>Registers reconciliation.</summary>
public static class ReconciliationRegistration
{
    /// <summary>Adds the reports, for whoever shows them; needs connections.</summary>
    public static IServiceCollection AddReconciliationReports(this IServiceCollection services)
    {
        services.AddDatabase();
        services.TryAddSingleton<ReconciliationStore>();
        return services;
    }

    /// <summary>Adds <see cref="SaleReconciler"/> without its loop; needs connections, Redis, stock and messaging.</summary>
    public static IServiceCollection AddSaleReconciler(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddReconciliationReports().AddReceipts(configuration);
        services.AddCheckedOptions<ReconciliationOptions>(configuration.GetSection(ReconciliationOptions.Section));
        services.AddCheckedOptions<RecoveryOptions>(configuration.GetSection(RecoveryOptions.Section));
        services.TryAddSingleton<RecoveryStore>();
        services.TryAddSingleton<BucketRebuild>();
        services.TryAddSingleton(provider =>
        {
            IntakeLag lag = new(provider.GetRequiredService<KafkaClients>(), "seckill-reconciliation");
            return new SaleReconciler(
                provider.GetRequiredService<StockStore>(), provider.GetRequiredService<ChunkMover>(), provider.GetRequiredService<RedisConnection>(),
                provider.GetRequiredService<RecoveryStore>(), provider.GetRequiredService<BucketRebuild>(), provider.GetRequiredService<KafkaProducer>(),
                provider.GetRequiredService<ReservationReceipts>(), lag.Measure, provider.GetRequiredService<ReconciliationStore>(),
                provider.GetRequiredService<IOptions<ReconciliationOptions>>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SaleReconciler>>());
        });
        return services;
    }

    /// <summary>Adds the loop; needs stock, orders and messaging.</summary>
    public static IServiceCollection AddReconciliation(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSaleReconciler(configuration);
        services.AddLocking(configuration);
        services.AddHostedService<ReconciliationLoop>();
        services.CountFromZero(ReconciliationMetrics.Republished, ReconciliationMetrics.Released, ReconciliationMetrics.Findings);
        return services;
    }
}
