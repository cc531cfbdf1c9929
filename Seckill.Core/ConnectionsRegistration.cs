using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Core;

/// <summary>Registers <see cref="Connections"/>.</summary>
public static class ConnectionsRegistration
{
    /// <summary>Binds <see cref="Connections"/>; a missing address stops the host at start and names every missing one.</summary>
    public static IServiceCollection AddConnections(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptionsWithValidateOnStart<Connections>()
            .Bind(configuration.GetSection(Connections.Section))
            .ValidateDataAnnotations();
        return services;
    }
}
