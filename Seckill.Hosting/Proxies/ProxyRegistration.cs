using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Seckill.Core.Configuration;

namespace Seckill.Hosting.Proxies;

/// <summary>Takes the sender's address from <c>X-Forwarded-For</c>, and whether he uses HTTPS from <c>X-Forwarded-Proto</c>, if a known proxy wrote them.</summary>
public static class ProxyRegistration
{
    /// <summary>Adds the options; a bad address stops the host at start.</summary>
    public static IServiceCollection AddTrustedProxies(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddCheckedOptions<ProxyOptions>(configuration.GetSection(ProxyOptions.Section));
        services.AddSingleton<IValidateOptions<ProxyOptions>, ProxyOptionsValidator>();
        // After everybody else: ASPNETCORE_FORWARDEDHEADERS_ENABLED adds the framework's own middleware and lets it trust whoever connects.
        services.AddOptions<ForwardedHeadersOptions>().PostConfigure<IOptions<ProxyOptions>>((forwarded, proxies) => Apply(proxies.Value, forwarded));
        return services;
    }

    /// <summary>Comes first in the pipeline, so that nothing sees the proxy's address.</summary>
    public static WebApplication UseTrustedProxies(this WebApplication app)
    {
        // The middleware reads two empty lists as "trust everybody".
        if (app.Services.GetRequiredService<IOptions<ProxyOptions>>().Value.Known.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        return app;
    }

    private static void Apply(ProxyOptions proxies, ForwardedHeadersOptions forwarded)
    {
        forwarded.ForwardedHeaders = proxies.Known.Count > 0 ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto : ForwardedHeaders.None;
        forwarded.ForwardLimit = proxies.ForwardLimit;
        // The framework's defaults trust this machine.
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (string known in proxies.Known)
        {
            if (IPAddress.TryParse(known, out IPAddress? address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(known));
            }
        }
    }
}
