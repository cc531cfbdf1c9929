using Seckill.Core.Configuration;

namespace Push.Hub.Presence;

/// <summary>Registers what tells operators who is here.</summary>
internal static class PresenceRegistration
{
    public static IServiceCollection AddPresence(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<PresenceOptions>(configuration.GetSection(PresenceOptions.Section));
        services.AddHostedService<PresenceBeat>();
        return services;
    }
}
