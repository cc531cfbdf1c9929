using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Seckill.Hosting;
using Seckill.Hosting.Health;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Hosting;

/// <summary>What probes are told, on a real socket. The parts are the test's own, so that each can be healthy, away or mute at will; no server is behind them.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private readonly TaskCompletionSource _mute = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebApplication _app = null!;
    private volatile bool _loaded;
    private volatile bool _extraIsAway;
    private int _muteChecks;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Seckill:Redis"] = "127.0.0.1:1", ["Seckill:Kafka"] = "127.0.0.1:1", ["Seckill:MySql"] = "Server=127.0.0.1;Port=1" });
        builder.AddSeckillHost("test-host");
        builder.Logging.ClearProviders();
        builder.Services.AddHealthChecks()
            .AddCheck("loaded", () => _loaded ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("not read yet"), [HealthRegistration.Ready, HealthRegistration.Startup])
            .AddCheck("extra", () => _extraIsAway ? HealthCheckResult.Degraded("gone fishing") : HealthCheckResult.Healthy())
            .Add(new HealthCheckRegistration("faulty", _ => throw new InvalidOperationException("it broke; and here is what only its maker wants to read"), HealthStatus.Degraded, []))
            .AddAsyncCheck("mute", async () =>
            {
                Interlocked.Increment(ref _muteChecks);
                await _mute.Task; // As a driver does that takes no notice of a token.
                return HealthCheckResult.Healthy();
            });
        _app = builder.Build();
        _app.MapSeckillHost();
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        _mute.TrySetResult();
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task StartUp_WaitsForWhatMustHaveBeenThereOnce_AndAfterThatForNothing()
    {
        (HttpStatusCode early, JsonElement body) = await AskAsync("/healthz/startup");
        early.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.GetProperty("parts").EnumerateObject().Select(part => part.Name).ShouldBe(["loaded"]);

        _loaded = true;
        await Grab.Eventually.TrueAsync(async () => (await AskAsync("/healthz/startup")).Status == HttpStatusCode.OK);

        _loaded = false;
        await Grab.Eventually.TrueAsync(async () => (await AskAsync("/healthz/ready")).Status == HttpStatusCode.ServiceUnavailable);
        (await AskAsync("/healthz/startup")).Status.ShouldBe(HttpStatusCode.OK, "a container must not be restarted because something went away later");
        (await AskAsync("/healthz/live")).Status.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>Goal: one part that hangs hangs neither the report nor, probe by probe, the process. Method: a check that never ends; three reports, each of which must be made without it.</summary>
    [Fact]
    public async Task ACheckThatHangs_IsToldAsSuch_AndNotBegunAgain()
    {
        _loaded = true;
        for (int i = 0; i < 3; i++)
        {
            (_, JsonElement body) = await AskAsync("/healthz");
            JsonElement mute = body.GetProperty("parts").GetProperty("mute");
            mute.GetProperty("status").GetString().ShouldBe("unhealthy");
            mute.GetProperty("reason").GetString().ShouldBe("No answer within 2 s.");
        }

        _muteChecks.ShouldBe(1);
        _mute.SetResult();
        await Grab.Eventually.TrueAsync(async () => (await AskAsync("/healthz")).Body.GetProperty("parts").GetProperty("mute").GetProperty("status").GetString() == "healthy");
    }

    [Fact]
    public async Task AFaultInACheck_IsASentence_AndADegradedPartTakesNobodyOutOfRotation()
    {
        _loaded = true;
        _extraIsAway = true;
        _mute.SetResult();

        // The first report may be from before.
        await Grab.Eventually.TrueAsync(async () => (await AskAsync("/healthz/ready")).Status == HttpStatusCode.OK);
        (HttpStatusCode all, JsonElement body) = await AskAsync("/healthz");

        all.ShouldBe(HttpStatusCode.OK);
        body.GetProperty("status").GetString().ShouldBe("degraded");
        body.GetProperty("parts").GetProperty("extra").GetProperty("reason").GetString().ShouldBe("gone fishing");
        body.GetProperty("parts").GetProperty("faulty").GetProperty("status").GetString().ShouldBe("degraded");
        body.GetProperty("parts").GetProperty("faulty").GetProperty("reason").GetString().ShouldBe("it broke");
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string path)
    {
        using HttpResponseMessage answer = await _http.GetAsync(path, TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }
}
