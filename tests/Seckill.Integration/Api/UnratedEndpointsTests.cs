using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Seckill.Api.Endpoints;
using Seckill.Api.Rates;
using Seckill.Hosting;
using Seckill.Hosting.Authentication;
using Seckill.Integration.Hosting;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Api;

/// <summary>
/// Goal: probes, scrapes and tokens for a development crowd are never throttled, and take nothing from those who share their address. Method: the host's own endpoints behind the request rates, at
/// ten a second; each is asked hundreds of times, and an endpoint like any other shows that the rates are on.
/// </summary>
public sealed class UnratedEndpointsTests : IAsyncLifetime
{
    private const int PerSecond = 10;
    private const int Asked = 30 * PerSecond;

    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = BareHost.Create("unrated", new Dictionary<string, string?> { ["Seckill:RequestRates:AddressPerSecond"] = $"{PerSecond}" }, "Development");
        builder.Services.AddBearerTokens(builder.Configuration).AddRequestRates(builder.Configuration);
        _app = builder.Build();
        _app.UseRouting();
        _app.UseAuthentication();
        _app.UseRequestRates();
        _app.UseAuthorization();
        _app.MapSeckillHost();
        _app.MapDevTokens();
        _app.MapGet("/rated", () => "served");
        await _app.StartAsync(Stop);
        _client.BaseAddress = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/startup")]
    [InlineData("/healthz/ready")]
    [InlineData("/healthz")]
    [InlineData("/metrics")]
    public async Task Probe_IsNeverThrottled(string path) => await NeverThrottledAsync(() => _client.GetAsync(path, Stop));

    [Fact]
    public async Task DevelopmentToken_IsNeverThrottled()
    {
        int user = 0;
        HashSet<HttpStatusCode> answers = await NeverThrottledAsync(() => _client.PostAsJsonAsync("/api/v1/dev/tokens", new { userId = $"crowd-{Interlocked.Increment(ref user)}" }, Stop));

        answers.ShouldBe([HttpStatusCode.OK]);
        user.ShouldBe(Asked);
    }

    private async Task<HashSet<HttpStatusCode>> NeverThrottledAsync(Func<Task<HttpResponseMessage>> ask)
    {
        HashSet<HttpStatusCode> answers = await StatusesAsync(ask);
        answers.ShouldNotContain(HttpStatusCode.TooManyRequests);

        // Nothing of the address's share is gone, and the share is there.
        (await StatusesAsync(() => _client.GetAsync("/rated", Stop), PerSecond)).ShouldBe([HttpStatusCode.OK]);
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(1));
        while (!(await StatusesAsync(() => _client.GetAsync("/rated", Stop))).Contains(HttpStatusCode.TooManyRequests))
        {
            deadline.IsCancellationRequested.ShouldBeFalse("Nothing was refused: the rates are off.");
        }

        return answers;
    }

    private static async Task<HashSet<HttpStatusCode>> StatusesAsync(Func<Task<HttpResponseMessage>> ask, int times = Asked)
    {
        HashSet<HttpStatusCode> statuses = [];
        foreach (int[] chunk in Enumerable.Range(0, times).Chunk(50))
        {
            foreach (HttpResponseMessage answer in await Task.WhenAll(chunk.Select(_ => ask())))
            {
                statuses.Add(answer.StatusCode);
                answer.Dispose();
            }
        }

        return statuses;
    }
}
