using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Connections;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>Nobody takes all the turns of a node by connecting, or by negotiating, without end.</summary>
public sealed class ConnectTurnsTests(RedisFixture redis)
{
    // Longer than any test, so that no turn comes back while it runs.
    private static readonly (string, string) LongWindow = ("Seckill:HubConnections:TurnWindow", "00:10:00");

    [Theory]
    [InlineData("Seckill:HubConnections:TurnsPerUser", true, PushCodes.ConnectsTooOften)]
    [InlineData("Seckill:HubConnections:TurnsPerAddress", false, PushCodes.ConnectsTooOftenIp)]
    public async Task WhoHasHadHisTurns_IsRefusedByName_OnEveryRoad(string option, bool sameUser, string code)
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis, (option, "3"), LongWindow);
        string user = Messages.NewUser();
        string Token() => node.Token(sameUser ? user : Messages.NewUser());
        for (int i = 0; i < 2; i++)
        {
            using RawHubClient one = await RawHubClient.OpenAsync(node, Token());
            one.Status.ShouldBe(101);
        }

        using HttpResponseMessage last = await NegotiateAsync(node, Token());
        last.IsSuccessStatusCode.ShouldBeTrue("negotiating is a turn as well");
        using HttpResponseMessage negotiated = await NegotiateAsync(node, Token());
        using RawHubClient opened = await RawHubClient.OpenAsync(node, Token());

        opened.Status.ShouldBe(429);
        ((int)negotiated.StatusCode).ShouldBe(429);
        negotiated.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20));
        JsonElement problem = JsonSerializer.Deserialize<JsonElement>(await negotiated.Content.ReadAsStringAsync());
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("type").GetString().ShouldBe("urn:seckill:error:" + code["push.".Length..]);
        counters["seckill.push.connects_refused", code].ShouldBe(2);
        counters.Gauge("seckill.push.turns_tracked").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task WhoNegotiatesWithoutEnd_TakesNoMoreThanHisOwnTurns()
    {
        await using HubNode node = await HubNode.StartAsync(
            redis, ("Seckill:HubConnections:TurnsPerUser", "3"), LongWindow, ("Seckill:HubConnections:AcceptPerSecond", "1"), ("Seckill:HubConnections:AcceptBurst", "4"));
        string greedy = node.Token(Messages.NewUser());
        int letIn = 0;
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage answer = await NegotiateAsync(node, greedy);
            letIn += answer.IsSuccessStatusCode ? 1 : 0;
        }

        letIn.ShouldBe(3);
        using RawHubClient other = await RawHubClient.OpenAsync(node, node.Token(Messages.NewUser()));
        other.Status.ShouldBe(101, "one of the node's four turns was left");
    }

    [Fact]
    public async Task WhoIsRefusedForAnotherReason_LosesNoTurn()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:TurnsPerUser", "2"), LongWindow, ("Seckill:HubConnections:MaxPerUser", "1"));
        string token = node.Token(Messages.NewUser());
        RawHubClient first = await RawHubClient.OpenAsync(node, token);
        for (int i = 0; i < 5; i++)
        {
            using RawHubClient refused = await RawHubClient.OpenAsync(node, token);
            refused.Status.ShouldBe(429);
        }

        first.Cut();
        await Eventually.TrueAsync(() => node.Services.GetRequiredService<ConnectionGate>().Count == 0, "the place is given back");

        using RawHubClient second = await RawHubClient.OpenAsync(node, token);
        second.Status.ShouldBe(101);
    }

    [Fact]
    public async Task TablesFull_TheOthersComeInUncounted()
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:TurnsPerUser", "1"), LongWindow, ("Seckill:HubConnections:MaxCountedTurns", "64"));
        for (int i = 0; i < 200; i++)
        {
            using HttpResponseMessage answer = await NegotiateAsync(node, node.Token(Messages.NewUser()));
            answer.IsSuccessStatusCode.ShouldBeTrue();
        }

        counters["seckill.push.turns_uncounted"].ShouldBeGreaterThanOrEqualTo(200 - 64);
        counters.Gauge("seckill.push.turns_tracked").ShouldBeLessThanOrEqualTo(64);
    }

    private static async Task<HttpResponseMessage> NegotiateAsync(HubNode node, string token)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(node.Hub + "/negotiate?negotiateVersion=1")) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        return await http.SendAsync(request);
    }
}
