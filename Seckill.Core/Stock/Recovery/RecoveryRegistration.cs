using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Configuration;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;

namespace Seckill.Core.Stock.Recovery;

/// <summary>Registers the watch over the buckets in Redis, and their recovery.</summary>
public static class RecoveryRegistration
{
    /// <summary>Adds <see cref="StockGuardian"/> and the check of the server's settings; needs messaging, Redis, stock and the database.</summary>
    public static IServiceCollection AddStockRecovery(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddDatabase();
        services.AddCheckedOptions<RecoveryOptions>(configuration.GetSection(RecoveryOptions.Section));
        services.TryAddSingleton<FaultPoints>();
        services.TryAddSingleton<RecoveryStore>();
        services.TryAddSingleton<BucketRebuild>();
        services.TryAddSingleton<SegmentsRebuild>();
        services.TryAddSingleton<TestimonyStore>();
        services.AddOrders().TryAddSingleton<TestimonyClaims>();
        services.TryAddSingleton(provider => new IntakeLag(provider.GetRequiredService<KafkaClients>(), "seckill-recovery"));
        services.TryAddSingleton(provider => new BucketRecovery(
            provider.GetRequiredService<StockStore>(), provider.GetRequiredService<RecoveryStore>(), provider.GetRequiredService<BucketRebuild>(),
            provider.GetRequiredService<SegmentsRebuild>(), provider.GetRequiredService<TestimonyClaims>(), provider.GetRequiredService<IntakeLag>().MeasureIntake, provider.GetRequiredService<FaultPoints>(), provider.GetRequiredService<IOptions<RecoveryOptions>>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BucketRecovery>>()));
        services.TryAddSingleton(provider => new StockGuardian(
            provider.GetRequiredService<RecoveryStore>(), provider.GetRequiredService<StockStore>(), provider.GetRequiredService<BucketRebuild>(),
            provider.GetRequiredService<BucketRecovery>(), provider.GetRequiredService<SchemaGate>(), provider.GetRequiredService<IOptions<RecoveryOptions>>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<StockGuardian>>()));
        services.AddHostedService(provider => provider.GetRequiredService<StockGuardian>());
        services.AddHostedService<RedisSettingsCheck>();
        services.CountFromZero(RecoveryMetrics.Recovered).CountFromZero(RecoveryMetrics.Losses, "cause", Enum.GetNames<LossCause>().Skip(1)).CountFromZero(RecoveryMetrics.Testimony, "fate", ["honoured", "refused"]);
        return services;
    }
}
