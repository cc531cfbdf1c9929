using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Push.Hub.Hubs;
using Seckill.Core.Configuration;
using Seckill.Hosting.Health;

namespace Push.Hub.Connections;

/// <summary>Registers the gate in front of the hub, and what lets connections go.</summary>
internal static class ConnectionsRegistration
{
    /// <summary>Adds the services; before <c>AddSignalR</c>, whose handler of connections gives way to ours.</summary>
    public static IServiceCollection AddConnectionGate(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<HubConnectionOptions>(configuration.GetSection(HubConnectionOptions.Section));
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton<HubConnectionHandler<PushHub>, CountedConnectionHandler>();
        services.AddSingleton<ConnectionGauges>();
        services.AddHostedService(provider => provider.GetRequiredService<ConnectionGauges>());
        services.AddHostedService<ConnectionDrain>();
        services.AddHealthChecks().AddCheck<DrainHealthCheck>("draining", HealthStatus.Unhealthy, [HealthRegistration.Ready]);

        services.AddOptions<HubOptions<PushHub>>().Configure<IOptions<HubConnectionOptions>>((hub, connections) =>
        {
            hub.HandshakeTimeout = connections.Value.HandshakeTimeout;
            hub.KeepAliveInterval = connections.Value.KeepAliveInterval;
            hub.ClientTimeoutInterval = connections.Value.ClientTimeout;
        });
        services.AddOptions<HostOptions>().PostConfigure<IOptions<HubConnectionOptions>>((host, connections) =>
        {
            TimeSpan needed = connections.Value.DrainWindow + ConnectionDrain.Grace;
            host.ShutdownTimeout = host.ShutdownTimeout < needed ? needed : host.ShutdownTimeout;
        });
        return services;
    }

    /// <summary>Comes after authorization.</summary>
    public static WebApplication UseConnectionGate(this WebApplication app)
    {
        app.UseMiddleware<ConnectionGateMiddleware>();
        return app;
    }
}
