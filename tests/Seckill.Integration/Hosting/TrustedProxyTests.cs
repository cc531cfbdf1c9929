using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Hosting.Proxies;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Hosting;

/// <summary>Whose <c>X-Forwarded-For</c> is believed. A real socket: the peer is 127.0.0.1.</summary>
public sealed class TrustedProxyTests
{
    [Theory]
    [InlineData("", 1, "6.6.6.6", "127.0.0.1")]
    [InlineData("10.0.0.1", 1, "6.6.6.6", "127.0.0.1")]
    [InlineData("10.0.0.0/8", 1, "6.6.6.6", "127.0.0.1")]
    [InlineData("127.0.0.1", 1, "", "127.0.0.1")]
    [InlineData("127.0.0.1", 1, "junk", "127.0.0.1")]
    [InlineData("127.0.0.1", 1, "198.51.100.4", "198.51.100.4")]
    [InlineData("127.0.0.0/8", 1, "6.6.6.6, 198.51.100.4", "198.51.100.4")]
    [InlineData("127.0.0.1", 16, "6.6.6.6, 198.51.100.4", "198.51.100.4")]
    [InlineData("127.0.0.1;10.0.0.0/8", 1, "6.6.6.6, 198.51.100.4, 10.0.0.9", "10.0.0.9")]
    [InlineData("127.0.0.1;10.0.0.0/8", 2, "6.6.6.6, 198.51.100.4, 10.0.0.9", "198.51.100.4")]
    [InlineData("127.0.0.1;10.0.0.0/8", 16, "6.6.6.6, 198.51.100.4, 10.0.0.9", "198.51.100.4")]
    [InlineData("127.0.0.1", 1, "[2001:db8::7]:4711", "2001:db8::7")]
    public async Task OnlyHopsThatAKnownProxyWrote_Count(string known, int limit, string forwardedFor, string seen) => (await AskAsync(known, limit, forwardedFor)).ShouldBe(seen);

    [Fact]
    public async Task TheFrameworksSwitch_DoesNotOpenADoorBesideOurs()
    {
        (await AskAsync("", 1, "6.6.6.6", "--FORWARDEDHEADERS_ENABLED=true")).ShouldBe("127.0.0.1");
        (await AskAsync("10.0.0.1", 1, "6.6.6.6", "--FORWARDEDHEADERS_ENABLED=true")).ShouldBe("127.0.0.1");
    }

    [Fact]
    public void Options_AreBound_AndEveryBadOneIsNamed()
    {
        ProxyOptions bound = Options(("Known:0", "10.0.0.7"), ("Known:1", "2001:db8::/32"), ("ForwardLimit", "3"));
        bound.Known.ShouldBe(["10.0.0.7", "2001:db8::/32"]);
        bound.ForwardLimit.ShouldBe(3);
        Options().ShouldSatisfyAllConditions(options => options.Known.ShouldBeEmpty(), options => options.ForwardLimit.ShouldBe(1));

        Should.Throw<OptionsValidationException>(() => Options(("Known:0", "proxy.example"), ("Known:1", "0.0.0.0/0"), ("Known:2", "10.0.0.1"))).Failures.Count().ShouldBe(2);
        Should.Throw<OptionsValidationException>(() => Options(("ForwardLimit", "0"))).Message.ShouldContain("ForwardLimit");
        Should.Throw<OptionsValidationException>(() => Options(("ForwardLimit", "17"))).Message.ShouldContain("ForwardLimit");
        Should.Throw<InvalidOperationException>(() => Options(("Knwon:0", "10.0.0.1"))).Message.ShouldContain("Knwon");
    }

    private static ProxyOptions Options(params (string Key, string Value)[] settings)
    {
        ServiceCollection services = new();
        services.AddTrustedProxies(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{ProxyOptions.Section}:{setting.Key}", (string?)setting.Value))).Build());
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ProxyOptions>>().Value;
    }

    private static async Task<string> AskAsync(string known, int limit, string forwardedFor, params string[] arguments)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(arguments);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(known.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select((proxy, i) => KeyValuePair.Create($"{ProxyOptions.Section}:Known:{i}", (string?)proxy)));
        builder.Configuration[$"{ProxyOptions.Section}:ForwardLimit"] = $"{limit}";
        builder.Services.AddTrustedProxies(builder.Configuration);
        await using WebApplication app = builder.Build();
        app.UseTrustedProxies();
        app.MapGet("/from", (HttpContext context) => context.Connection.RemoteIpAddress!.ToString());
        await app.StartAsync(TestContext.Current.CancellationToken);
        using HttpClient client = new();
        using HttpRequestMessage request = new(HttpMethod.Get, $"{app.Urls.First()}/from");
        if (forwardedFor.Length > 0)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        }

        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
