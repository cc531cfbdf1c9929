using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Seckill.Core.Tests.Configuration;
using Seckill.Hosting;
using Seckill.Hosting.Limits;
using Seckill.Hosting.Security;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Hosting;

/// <summary>Bounds of requests and connections, and the headers of answers, on a real socket.</summary>
public sealed class HttpLimitTests
{
    public static TheoryData<Type> Types => [.. OptionsSample.TypesOf(typeof(HttpLimitOptions).Assembly).Where(type => type.Namespace is "Seckill.Hosting.Limits" or "Seckill.Hosting.Security")];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Types))]
    public void Options_KeepTheirPromises(Type type)
    {
        OptionsPromises.EveryKeyIsBound(type, Register);
        OptionsPromises.AnUnknownKeyIsRefused(type, Register);
        OptionsPromises.DefaultsAreValid(type, Register);
        OptionsPromises.ValuesPastTheRangeAreRefused(type, Register);
    }

    [Fact]
    public async Task HeadersBeyondTheBound_AndBodiesBeyondIt_AreRefused()
    {
        await using WebApplication app = await StartAsync(("Seckill:Limits:MaxHeaderBytes", "4096"), ("Seckill:Limits:MaxHeaders", "16"), ("Seckill:Limits:MaxBodyBytes", "1024"));

        (await AskAsync(app, $"GET / HTTP/1.1\r\nHost: h\r\nX: {new string('x', 5_000)}\r\n\r\n")).ShouldStartWith("HTTP/1.1 431");
        (await AskAsync(app, $"GET / HTTP/1.1\r\nHost: h\r\n{string.Concat(Enumerable.Range(0, 20).Select(i => $"X{i}: x\r\n"))}\r\n")).ShouldStartWith("HTTP/1.1 431");
        (await AskAsync(app, $"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 2000\r\n\r\n{new string('x', 2_000)}")).ShouldStartWith("HTTP/1.1 413");
        (await AskAsync(app, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 200");
    }

    [Fact]
    public async Task ConnectionsBeyondTheBound_AreClosed_AndThereIsRoomAgainAfterwards()
    {
        await using WebApplication app = await StartAsync(("Seckill:Limits:MaxConnections", "2"));
        using (Socket one = await ConnectAsync(app), two = await ConnectAsync(app))
        {
            // The two are known to be in once they were answered.
            foreach (Socket socket in new[] { one, two })
            {
                await socket.SendAsync("GET / HTTP/1.1\r\nHost: h\r\n\r\n"u8.ToArray(), Stop);
                (await socket.ReceiveAsync(new byte[4_096], Stop)).ShouldBeGreaterThan(0);
            }

            (await AskAsync(app, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")).ShouldBeEmpty();
        }

        await Grab.Eventually.TrueAsync(async () => (await AskAsync(app, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")).StartsWith("HTTP/1.1 200", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EveryAnswer_HasTheHeaders_AndStrictTransportOverHttpsOnly()
    {
        await using WebApplication app = await StartAsync();
        using HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) };
        foreach (string path in new[] { "/", "/own", "/nothing-here" })
        {
            using HttpResponseMessage answer = await client.GetAsync(path, Stop);
            Header(answer, "X-Content-Type-Options").ShouldBe("nosniff");
            Header(answer, "Referrer-Policy").ShouldBe("no-referrer");
            Header(answer, "Cross-Origin-Resource-Policy").ShouldBe("same-origin");
            Header(answer, "Content-Security-Policy").ShouldBe(path == "/own" ? "default-src 'self'" : "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            Header(answer, "Cache-Control").ShouldBe("no-store");
            Header(answer, "Strict-Transport-Security").ShouldBeNull();
            Header(answer, "Server").ShouldBeNull();
        }

        using HttpRequestMessage secret = new(HttpMethod.Get, "/?https");
        using HttpResponseMessage strict = await client.SendAsync(secret, Stop);
        Header(strict, "Strict-Transport-Security").ShouldBe("max-age=31536000");
    }

    private static string? Header(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(',', values) : null;

    private static async Task<WebApplication> StartAsync(params (string Key, string Value)[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            settings.Concat([("Seckill:Redis", "127.0.0.1:1"), ("Seckill:Kafka", "127.0.0.1:1"), ("Seckill:MySql", "Server=127.0.0.1;Port=1")]).Select(setting => KeyValuePair.Create(setting.Item1, (string?)setting.Item2)));
        builder.AddSeckillHost("test-host");
        WebApplication app = builder.Build();
        app.Use((context, next) =>
        {
            // Stands for a certificate of our own, or a proxy's word.
            context.Request.Scheme = context.Request.QueryString.HasValue ? "https" : "http";
            return next(context);
        });
        app.UseSecurityHeaders();
        app.MapGet("/", () => "here");
        app.MapGet("/own", (HttpContext context) => context.Response.Headers.ContentSecurityPolicy = "default-src 'self'");
        app.MapPost("/body", async (HttpContext context) => await context.Request.Body.CopyToAsync(Stream.Null));
        await app.StartAsync(Stop);
        return app;
    }

    private static async Task<Socket> ConnectAsync(WebApplication app)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(app.Urls.First()).Port, Stop);
        return socket;
    }

    /// <summary>All that the server says until it closes; nothing when it closes at once.</summary>
    private static async Task<string> AskAsync(WebApplication app, string request)
    {
        using Socket socket = await ConnectAsync(app);
        StringBuilder said = new();
        byte[] bytes = new byte[4_096];
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(request), Stop);
            for (int read; (read = await socket.ReceiveAsync(bytes, Stop)) > 0;)
            {
                said.Append(Encoding.ASCII.GetString(bytes, 0, read));
            }
        }
        catch (SocketException)
        {
            // Closed with what we sent unread: what it said before counts.
        }

        return said.ToString();
    }

    private static void Register(IServiceCollection services, IConfiguration configuration) => services.AddHttpLimits(configuration).AddSecurityHeaders(configuration);
}
