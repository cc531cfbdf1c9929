using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;

namespace Seckill.Core.Identity;

/// <summary>Registers token verification.</summary>
public static class IdentityRegistration
{
    /// <summary>Adds <see cref="AccessTokens"/>, <see cref="VerifiedTokens"/> and <see cref="TokenRevocations"/>, which stays empty without <see cref="AddTokenRevocations"/>; missing or weak keys stop the host at start.</summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<AuthOptions>(configuration.GetSection(AuthOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AccessTokens>();
        services.TryAddSingleton<TokenRevocations>();
        services.TryAddSingleton<VerifiedTokens>();
        services.CountFromZero(IdentityMetrics.Remembered, IdentityMetrics.Checked);
        return services;
    }

    /// <summary>Adds <see cref="RevocationStore"/>, and has this node know what is revoked; needs identity, connections and Redis.</summary>
    public static IServiceCollection AddTokenRevocations(this IServiceCollection services)
    {
        services.TryAddSingleton<RedisListener>();
        services.TryAddSingleton<RevocationStore>();
        services.AddHostedService<RevocationLoop>();
        return services;
    }
}
