using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;

namespace Seckill.Core.Admission;

/// <summary>Registers admission.</summary>
public static class AdmissionRegistration
{
    /// <summary>Adds <see cref="AdmissionGate"/> and <see cref="EligibilityGate"/>, which needs Redis and sales; a bad limit stops the host at start.</summary>
    public static IServiceCollection AddAdmission(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<AdmissionOptions>(configuration.GetSection(AdmissionOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AdmissionGate>();
        services.TryAddSingleton<EligibilityGate>();
        services.AddHostedService(provider => provider.GetRequiredService<EligibilityGate>());
        return services;
    }
}
