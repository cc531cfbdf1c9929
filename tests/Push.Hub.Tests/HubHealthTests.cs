using System.Net;
using System.Text.Json;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>What a hub node tells its probes, on a Redis of the test's own.</summary>
public sealed class HubHealthTests : IAsyncLifetime
{
    private readonly RedisFixture _redis = new();
    private readonly HttpClient _http = new();

    public ValueTask InitializeAsync() => _redis.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task NodeHearsItself_HasStarted_AndRedisAwayMakesItUnready_ButNotUnstarted()
    {
        // The usual second, not the tests' fifth of it: on a starved machine three of those would be missed with nothing wrong.
        await using HubNode node = await HubNode.StartAsync(_redis, ("Seckill:Backplane:HeartbeatInterval", "00:00:01"));
        await Eventually.TrueAsync(async () => (await AskAsync(node, "/healthz/startup")).Status == HttpStatusCode.OK, "the node has heard itself");
        await Eventually.TrueAsync(async () => StatusOf(await AskAsync(node, "/healthz"), "backplane") == "healthy", "and goes on hearing itself");

        await _redis.Server.KillAsync();
        await Eventually.TrueAsync(async () => StatusOf(await AskAsync(node, "/healthz"), "backplane") == "degraded", "it no longer hears itself");
        await Eventually.TrueAsync(async () => (await AskAsync(node, "/healthz/ready")).Status == HttpStatusCode.ServiceUnavailable, "no mailbox can be read");
        (await AskAsync(node, "/healthz/startup")).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(node, "/healthz/live")).Status.ShouldBe(HttpStatusCode.OK);

        await _redis.Server.StartAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(async () => (await AskAsync(node, "/healthz/ready")).Status == HttpStatusCode.OK, "mailboxes can be read again");
        await Eventually.TrueAsync(async () => StatusOf(await AskAsync(node, "/healthz"), "backplane") == "healthy", "it hears itself again");
    }

    private static string? StatusOf((HttpStatusCode Status, JsonElement Body) answer, string part) => answer.Body.GetProperty("parts").GetProperty(part).GetProperty("status").GetString();

    private async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(HubNode node, string path)
    {
        using HttpResponseMessage answer = await _http.GetAsync(new Uri(node.Address, path), TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }
}
