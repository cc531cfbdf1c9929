using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Configuration;
using Seckill.Core.Diagnostics;
using Seckill.Core.Redis;
using Seckill.Core.Sales;

namespace Seckill.Core.Admission;

/// <summary>Registers admission.</summary>
public static class AdmissionRegistration
{
    /// <summary>Adds <see cref="AdmissionGate"/> and <see cref="EligibilityGate"/>, which need Redis and sales; a bad limit stops the host at start.</summary>
    public static IServiceCollection AddAdmission(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<AdmissionOptions>(configuration.GetSection(AdmissionOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddLimiters();
        services.TryAddSingleton<EligibilityGate>();
        services.AddHostedService(provider => provider.GetRequiredService<EligibilityGate>());
        services.CountFromZero(AdmissionMetrics.Uncounted, AdmissionMetrics.UncountedIps, AdmissionMetrics.LeasesAsked, AdmissionMetrics.TokensExpired, BloomMetrics.Built, BloomMetrics.Loaded);
        AdmissionMetrics.CountFromZero(services);
        return services;
    }

    private static void AddLimiters(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new RedisAbsence(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AdmissionGate>>()));
        services.TryAddSingleton(provider =>
        {
            AdmissionOptions options = provider.GetRequiredService<IOptions<AdmissionOptions>>().Value;
            TokenBucketStore store = new(provider.GetRequiredService<RedisConnection>(), options.RedisPatience);
            SaleCatalog catalog = provider.GetRequiredService<SaleCatalog>();
            return new SaleLimiter(
                () => catalog.Current, store.TakeAsync, provider.GetRequiredService<RedisAbsence>(), options, provider.GetRequiredService<TimeProvider>());
        });
        services.TryAddSingleton(provider =>
        {
            AdmissionOptions options = provider.GetRequiredService<IOptions<AdmissionOptions>>().Value;
            SharedUserWindow sharedUsers = new(provider.GetRequiredService<RedisConnection>(), options, provider.GetRequiredService<RedisAbsence>());
            return new AdmissionGate(options, provider.GetRequiredService<SaleLimiter>(), sharedUsers, provider.GetRequiredService<TimeProvider>());
        });
        services.AddHostedService(provider => provider.GetRequiredService<SaleLimiter>());
    }
}
