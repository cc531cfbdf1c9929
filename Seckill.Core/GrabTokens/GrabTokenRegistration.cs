using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Signing;

namespace Seckill.Core.GrabTokens;

/// <summary>Registers grab tokens.</summary>
public static class GrabTokenRegistration
{
    /// <summary>Adds what checks and hands out grab tokens; a missing or weak key stops the host at start. Called by <see cref="Grab.GrabRegistration.AddGrab"/>.</summary>
    public static IServiceCollection AddGrabTokens(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<GrabTokenOptions>(configuration.GetSection(GrabTokenOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<GrabTokenKeys>();
        services.TryAddSingleton<GrabTokenSigner>();
        services.TryAddSingleton<GrabTokenClaims>();
        services.TryAddSingleton<GrabTokenGate>();
        services.TryAddSingleton<RefusalRates>();
        services.TryAddSingleton<ProofOfWorkDifficulty>();
        services.TryAddSingleton<ProofOfWork>();
        services.TryAddSingleton<GrabTokenDesk>();
        services.AddHostedService<HmacKeyRingLoading<GrabTokenKeys>>();
        services.CountFromZero(GrabTokenMetrics.Issued, GrabTokenMetrics.Unsettled);
        return services;
    }
}
