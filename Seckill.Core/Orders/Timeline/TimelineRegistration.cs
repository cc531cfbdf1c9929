using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;

namespace Seckill.Core.Orders.Timeline;

/// <summary>Registers the order timeline.</summary>
public static class TimelineRegistration
{
    /// <summary>Adds <see cref="OrderTimelineReader"/>; needs push sending.</summary>
    public static IServiceCollection AddOrderTimeline(this IServiceCollection services)
    {
        services.AddOrders();
        services.TryAddSingleton<OrderTimelineReader>();
        return services;
    }

    /// <summary>Adds what keeps the times and what forgets them again; the order intake does.</summary>
    internal static IServiceCollection AddTimelineKeeping(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<OrderTimelineOptions>(configuration.GetSection(OrderTimelineOptions.Section));
        services.TryAddSingleton<CommitLog>();
        services.AddHostedService(provider => provider.GetRequiredService<CommitLog>());
        services.AddHostedService<TimelineSweep>();
        return services;
    }
}
