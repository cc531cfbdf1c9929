using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Seckill.Core.Configuration;

namespace Seckill.Core.Payments.Sandbox;

/// <summary>Registers the sandbox.</summary>
public static class SandboxRegistration
{
    /// <summary>Adds the sandbox as the process's <see cref="IPaymentGateway"/>, with the loop that decides and calls back; needs <see cref="CallbackSignature"/>.</summary>
    public static IServiceCollection AddSandboxGateway(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<SandboxOptions>(configuration.GetSection(SandboxOptions.Section));
        services.TryAddSingleton<IPaymentGateway, SandboxGateway>();
        services.AddHostedService<SandboxLoop>();
        return services;
    }
}
