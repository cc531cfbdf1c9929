using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Push;

namespace Push.Hub.Backplane;

/// <summary>Registers the backplane.</summary>
public static class BackplaneRegistration
{
    /// <summary>Spreads the hub's sends over all nodes through Redis; takes the place of SignalR's <c>AddStackExchangeRedis</c>.</summary>
    /// <param name="signalR">SignalR's builder.</param>
    /// <param name="configuration">Section <see cref="BackplaneOptions.Section"/>.</param>
    /// <param name="channels">The hub's channels: every node of the hub, and only they, must name the same.</param>
    public static ISignalRServerBuilder AddRedisBackplane<THub>(
        this ISignalRServerBuilder signalR, IConfiguration configuration, BackplaneChannels channels)
        where THub : Microsoft.AspNetCore.SignalR.Hub
    {
        IServiceCollection services = signalR.Services;
        services.AddCheckedOptions<BackplaneOptions>(configuration.GetSection(BackplaneOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FaultPoints>();
        services.TryAddSingleton<NodeName>();
        services.TryAddSingleton<BackplaneHearing>();
        services.AddSingleton<LocalConnections<THub>>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<BackplanePublisher<THub>>(provider, channels));
        services.AddSingleton<RedisHubLifetimeManager<THub>>();
        services.AddSingleton<HubLifetimeManager<THub>>(provider => provider.GetRequiredService<RedisHubLifetimeManager<THub>>());
        services.AddSingleton<IBackplaneReceiver<THub>>(provider => provider.GetRequiredService<RedisHubLifetimeManager<THub>>());
        services.AddHostedService<BackplaneLoop<THub>>();
        return signalR;
    }
}
