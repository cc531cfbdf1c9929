using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core.Configuration;

/// <summary>The one way in which options are bound.</summary>
public static class OptionsRegistration
{
    /// <summary>Binds a section, refuses keys that it does not know, and checks the values' attributes when the host starts: every fault is named before anything runs.</summary>
    /// <typeparam name="TOptions">An options record with data annotations.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="section">The record's own section.</param>
    public static IServiceCollection AddCheckedOptions<TOptions>(this IServiceCollection services, IConfigurationSection section)
        where TOptions : class
    {
        services.AddOptionsWithValidateOnStart<TOptions>()
            .Bind(section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations();
        return services;
    }
}
