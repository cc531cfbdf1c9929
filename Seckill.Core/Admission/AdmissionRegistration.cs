using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Seckill.Core.Admission;

/// <summary>Registers admission.</summary>
public static class AdmissionRegistration
{
    /// <summary>Adds <see cref="AdmissionGate"/>; a bad limit stops the host at start.</summary>
    public static IServiceCollection AddAdmission(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<AdmissionOptions>()
            .Bind(configuration.GetSection(AdmissionOptions.Section), binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AdmissionGate>();
        return services;
    }
}
