using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Push.Hub.Backplane;
using Push.Hub.Connections;
using Push.Hub.Delivery;
using Push.Hub.Diagnostics;
using Push.Hub.Presence;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Push;

namespace Push.Hub.Hubs;

/// <summary>Registers and maps the push hub.</summary>
public static class PushHubRegistration
{
    /// <summary>Where the hub is.</summary>
    public const string Path = "/hubs/push";

    private const string CorsPolicy = "push";

    /// <summary>Adds the hub, its backplane and the delivery of mailboxes.</summary>
    public static IServiceCollection AddPushHub(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<DeliveryOptions>(configuration.GetSection(DeliveryOptions.Section));
        services.AddCheckedOptions<PushOptions>(configuration.GetSection(PushOptions.Section));
        PushOptions options = configuration.GetSection(PushOptions.Section).Get<PushOptions>() ?? new PushOptions();

        services.AddPushSending(configuration);
        services.AddSingleton<CallMeter>();
        services.CountFromZero(
            HubMetrics.Resent, HubMetrics.SentAhead, HubMetrics.Paused, HubMetrics.Acked, HubMetrics.Revoked, HubMetrics.Undeliverable, HubMetrics.Repaired,
            HubMetrics.Rebuilt, HubMetrics.InboxOverflows, HubMetrics.Unreadable, HubMetrics.NotPublished);
        services.CountFromZero(HubMetrics.SlowConsumers, "reason", ["queue", "unconfirmed"]);
        services.AddSingleton<AckWindowLimits>();
        services.AddSingleton<UserSessions>();
        services.AddSingleton<MailboxDelivery>();
        services.AddSingleton<IBackplaneReceiver<PushHub>>(provider => provider.GetRequiredService<MailboxDelivery>());
        services.AddHostedService(provider => provider.GetRequiredService<MailboxDelivery>());
        services.AddSingleton<RevokedConnections>();
        services.AddHostedService(provider => provider.GetRequiredService<RevokedConnections>());
        services.AddSingleton<PositionCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<PositionCheck>());
        services.AddHostedService<ResendSweep>();
        services.AddSingleton<AckWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<AckWriter>());

        services.AddCors(cors => cors.AddPolicy(CorsPolicy, policy =>
            policy.WithOrigins([.. options.AllowedOrigins]).AllowAnyHeader().WithMethods("GET", "POST", "DELETE").AllowCredentials()));
        services.AddConnectionGate(configuration).AddPresence(configuration);
        services.AddSignalR(signalR =>
            {
                signalR.MaximumReceiveMessageSize = options.MaxClientMessageBytes;
                signalR.MaximumParallelInvocationsPerClient = 1;
                signalR.StreamBufferCapacity = 1;
                signalR.AddFilter<CallMeter>();
            })
            .AddRedisBackplane<PushHub>(configuration, BackplaneChannels.Push);
        return services;
    }

    /// <summary>Maps <see cref="Path"/>.</summary>
    public static void MapPushHub(this WebApplication app) =>
        app.MapHub<PushHub>(Path, connection => connection.Transports = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling)
            .RequireCors(CorsPolicy);
}
