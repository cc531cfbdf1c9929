using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Seckill.Core.Configuration;

namespace Seckill.Hosting.Limits;

/// <summary>Sets Kestrel's limits.</summary>
public static class HttpLimitsRegistration
{
    /// <summary>Adds the options and has Kestrel heed them.</summary>
    public static IServiceCollection AddHttpLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<HttpLimitOptions>(configuration.GetSection(HttpLimitOptions.Section));
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<HttpLimitOptions>>((kestrel, limits) => Apply(limits.Value, kestrel.Limits));
        return services;
    }

    // WebSockets are not counted here: the hub's gate counts them, and answers before the upgrade.
    private static void Apply(HttpLimitOptions limits, KestrelServerLimits kestrel)
    {
        kestrel.MaxConcurrentConnections = limits.MaxConnections;
        kestrel.RequestHeadersTimeout = limits.HeadersTimeout;
        kestrel.KeepAliveTimeout = limits.KeepAliveTimeout;
        kestrel.MinRequestBodyDataRate = new MinDataRate(limits.MinBytesPerSecond, limits.DataRateGrace);
        kestrel.MinResponseDataRate = new MinDataRate(limits.MinBytesPerSecond, limits.DataRateGrace);
        kestrel.MaxRequestHeadersTotalSize = limits.MaxHeaderBytes;
        kestrel.MaxRequestHeaderCount = limits.MaxHeaders;
        kestrel.MaxRequestBodySize = limits.MaxBodyBytes;
        kestrel.Http2.MaxStreamsPerConnection = limits.MaxStreamsPerConnection;
    }
}
