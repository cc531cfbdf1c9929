using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Seckill.Core.Configuration;

namespace Seckill.Hosting.Security;

/// <summary>Headers of every answer that says nothing else itself: it is data, no page; nothing may be guessed, framed, embedded elsewhere, or kept.</summary>
/// <remarks>Answers to grabs are written before this and carry none of them: they are read by scripts of ours, with a token that no browser sends by itself, and each header would cost every grab.</remarks>
public static class SecurityHeaders
{
    /// <summary>Adds the options.</summary>
    public static IServiceCollection AddSecurityHeaders(this IServiceCollection services, IConfiguration configuration) =>
        services.AddCheckedOptions<SecurityHeaderOptions>(configuration.GetSection(SecurityHeaderOptions.Section));

    /// <summary>Comes after the proxies' word on HTTPS, and before whatever answers.</summary>
    public static WebApplication UseSecurityHeaders(this WebApplication app)
    {
        TimeSpan strict = app.Services.GetRequiredService<IOptions<SecurityHeaderOptions>>().Value.StrictTransportFor;
        StringValues strictTransport = strict > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"max-age={(long)strict.TotalSeconds}") : default;
        app.Use((context, next) =>
        {
            // At the last moment: an endpoint's own headers stand, and an error handler that clears them all does not take these away.
            context.Response.OnStarting(
                static state =>
                {
                    (HttpContext context, StringValues strictTransport) = ((HttpContext, StringValues))state;
                    Apply(context, strictTransport);
                    return Task.CompletedTask;
                },
                (context, strictTransport));
            return next(context);
        });
        return app;
    }

    private static void Apply(HttpContext context, StringValues strictTransport)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.TryAdd("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Referrer-Policy", "no-referrer");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        headers.TryAdd("Cache-Control", "no-store");
        if (strictTransport.Count > 0 && context.Request.IsHttps)
        {
            headers.TryAdd("Strict-Transport-Security", strictTransport);
        }
    }
}
