using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.GrabTokens;
using Seckill.Core.Live;
using Seckill.Core.Receipts;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Core.WaitingRooms;

namespace Seckill.Core.Grab;

/// <summary>Registers grabs.</summary>
public static class GrabRegistration
{
    /// <summary>Adds <see cref="GrabHandler"/> and what stands behind it; needs sales, admission and stock.</summary>
    public static IServiceCollection AddGrab(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<GrabOptions>(configuration.GetSection(GrabOptions.Section));
        services.AddReceipts(configuration);
        services.AddGrabTokens(configuration);
        services.AddWaitingRooms(configuration);
        services.TryAddSingleton<FaultPoints>();
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<SoldOutBoard>(
            provider, (Func<StockBucket, StockSegments>)(bucket => provider.GetRequiredService<SaleCatalog>().Current.SegmentsOf(bucket))));
        services.TryAddSingleton<GrabCoalescer>();
        services.TryAddSingleton<SegmentedGrabs>();
        services.TryAddSingleton<GrabOutcomes>();
        services.TryAddSingleton<GrabLatencies>();
        services.TryAddSingleton<LiveFigures>();
        services.TryAddSingleton<GrabUpkeep>();
        services.TryAddSingleton<GrabHandler>();
        services.AddHostedService(provider => provider.GetRequiredService<SoldOutBoard>());
        services.AddHostedService(provider => provider.GetRequiredService<GrabUpkeep>());
        services.TryAddSingleton<TestimonyStore>();
        services.AddHostedService(provider => new WitnessLoop(
            provider.GetRequiredService<GrabCoalescer>(), provider.GetRequiredService<StockStore>(), provider.GetRequiredService<TestimonyStore>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WitnessLoop>>()));
        services.CountFromZero(GrabMetrics.AskedAgain, GrabMetrics.Fenced, GrabMetrics.Testified, GrabMetrics.BoardPages, GrabMetrics.BoardLifts).CountFromZero(GrabMetrics.Outcomes, "outcome", Enum.GetNames<GrabOutcome>());
        return services;
    }
}
