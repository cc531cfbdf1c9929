using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Redis;

/// <summary>Registers the command connection.</summary>
public static class RedisRegistration
{
    /// <summary>Adds <see cref="RedisConnection"/> as a singleton named after the application.</summary>
    public static IServiceCollection AddRedis(this IServiceCollection services, string applicationName)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider =>
            new RedisConnection(
                provider.GetRequiredService<IOptions<Connections>>().Value.Redis, applicationName, provider.GetService<ILogger<RedisConnection>>()));
        services.AddHostedService<RedisGauges>();
        return services.CountFromZero(RedisMetrics.Replaced, "client", [applicationName]);
    }
}
