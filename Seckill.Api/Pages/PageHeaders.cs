using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Seckill.Api.Pages;

/// <summary>Headers of every static file: what the page may load and connect to, what it may ask the device for, and how long a copy is good for. The rest is every answer's.</summary>
internal sealed class PageHeaders(Uri? hubUrl)
{
    // What the pages never use: a script that got in could not either.
    private const string NoDevices =
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
        + "publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

    private readonly StringValues _contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; manifest-src 'self'; "
        + $"connect-src {ConnectSources(hubUrl)}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public void Apply(StaticFileResponseContext context)
    {
        IHeaderDictionary headers = context.Context.Response.Headers;
        headers.ContentSecurityPolicy = _contentSecurityPolicy;
        headers["Permissions-Policy"] = NoDevices;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // Files carry an ETag and no version in their names: ask each time, and mostly hear 304. A sale is no time for a stale script.
        headers[HeaderNames.CacheControl] = "no-cache";
    }

    private static string ConnectSources(Uri? hubUrl)
    {
        if (hubUrl is null)
        {
            return "'self'";
        }

        string socketScheme = hubUrl.Scheme == Uri.UriSchemeHttps ? "wss" : "ws";
        return $"'self' {hubUrl.Scheme}://{hubUrl.Authority} {socketScheme}://{hubUrl.Authority}";
    }
}
