using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Push;

/// <summary>Registers sending.</summary>
public static class PushRegistration
{
    /// <summary>Adds <see cref="MailboxStore"/>, <see cref="PresenceStore"/> and <see cref="SaleBroadcaster"/>; needs <see cref="Redis.RedisConnection"/>.</summary>
    public static IServiceCollection AddPushSending(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<MailboxOptions>(configuration.GetSection(MailboxOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MailboxStore>();
        services.TryAddSingleton<PresenceStore>();
        services.TryAddSingleton<SaleBroadcaster>();
        services.CountFromZero(PushMetrics.Appended, PushMetrics.Repeated, PushMetrics.Broadcast);
        return services;
    }
}
