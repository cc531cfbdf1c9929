using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;

namespace Seckill.Core.Identity;

/// <summary>Registers token verification.</summary>
public static class IdentityRegistration
{
    /// <summary>Adds <see cref="AccessTokens"/>; missing or weak keys stop the host at start.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<AuthOptions>(configuration.GetSection(AuthOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AccessTokens>();
        return services;
    }
}
