using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Push.Hub.Connections;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Push.Hub.Tests;

/// <summary>Who may connect: refused by name before anything is made for him, and counted exactly.</summary>
public sealed partial class ConnectionGateTests(RedisFixture redis)
{
    private static readonly string[] AsProxy = ["X-Forwarded-For: 203.0.113.7"];

    [Theory]
    [InlineData("Seckill:HubConnections:MaxConnections", false, PushCodes.NodeFull, 503)]
    [InlineData("Seckill:HubConnections:MaxPerUser", true, PushCodes.TooManyConnections, 429)]
    [InlineData("Seckill:HubConnections:MaxPerAddress", false, PushCodes.TooManyConnectionsIp, 429)]
    public async Task OneOverTheCap_IsRefusedByName_OnEveryRoad_AndLetInOnceThereIsRoom(string cap, bool sameUser, string code, int status)
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis, (cap, "2"));
        string user = Messages.NewUser();
        string Token() => node.Token(sameUser ? user : Messages.NewUser());
        using RawHubClient first = await RawHubClient.ConnectAsync(node, Token());
        RawHubClient second = await RawHubClient.ConnectAsync(node, Token());

        using (RawHubClient third = await RawHubClient.OpenAsync(node, Token()))
        {
            third.Status.ShouldBe(status);
            int wait = int.Parse(RetryAfter().Match(third.Head).Groups["seconds"].ValueSpan);
            wait.ShouldBeInRange(1, 45);
        }

        using HttpResponseMessage negotiated = await NegotiateAsync(node, Token());
        negotiated.StatusCode.ShouldBe((HttpStatusCode)status);
        negotiated.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonElement problem = JsonSerializer.Deserialize<JsonElement>(await negotiated.Content.ReadAsStringAsync());
        problem.GetProperty("type").GetString().ShouldBe("urn:seckill:error:" + code["push.".Length..]);
        problem.GetProperty("code").GetString().ShouldBe(code);
        counters["seckill.push.connects_refused", code].ShouldBe(2);

        second.Cut();
        await Eventually.TrueAsync(() => Gate(node).Count == 1, "the place is given back");
        using RawHubClient fourth = await RawHubClient.ConnectAsync(node, Token());
        fourth.Status.ShouldBe(101);
        Gate(node).Peak.ShouldBe(2);
    }

    [Fact]
    public async Task KnownProxy_ClientsAreToldApartByForwardedAddress()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:MaxPerAddress", "1"), ("Seckill:Proxies:Known:0", "127.0.0.1"));
        using RawHubClient first = await RawHubClient.OpenAsync(node, node.Token(Messages.NewUser()), headers: AsProxy);
        using RawHubClient same = await RawHubClient.OpenAsync(node, node.Token(Messages.NewUser()), headers: AsProxy);
        using RawHubClient other = await RawHubClient.OpenAsync(node, node.Token(Messages.NewUser()), headers: ["X-Forwarded-For: 203.0.113.8"]);

        (first.Status, same.Status, other.Status).ShouldBe((101, 429, 101));
    }

    [Fact]
    public async Task UnknownProxy_ItsWordCountsForNothing()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:MaxPerAddress", "1"));
        using RawHubClient first = await RawHubClient.OpenAsync(node, node.Token(Messages.NewUser()), headers: AsProxy);
        using RawHubClient other = await RawHubClient.OpenAsync(node, node.Token(Messages.NewUser()), headers: ["X-Forwarded-For: 203.0.113.8"]);

        (first.Status, other.Status).ShouldBe((101, 429));
    }

    [Fact]
    public async Task Storm_OverTheRate_IsRefused_AndStrangersTakeNobodysTurn()
    {
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:AcceptPerSecond", "1"), ("Seckill:HubConnections:AcceptBurst", "3"));
        for (int i = 0; i < 10; i++)
        {
            using RawHubClient stranger = await RawHubClient.OpenAsync(node, "not.a.token");
            stranger.Status.ShouldBe(401);
        }

        int letIn = 0, refused = 0;
        string user = Messages.NewUser();
        for (int i = 0; i < 12; i++)
        {
            using RawHubClient one = await RawHubClient.OpenAsync(node, node.Token(user));
            _ = one.Status == 101 ? letIn++ : refused++;
            if (one.Status != 101)
            {
                one.Status.ShouldBe(503);
                RetryAfter().IsMatch(one.Head).ShouldBeTrue();
            }
        }

        letIn.ShouldBeGreaterThanOrEqualTo(3);
        refused.ShouldBeGreaterThan(0);
        counters["seckill.push.connects_refused", PushCodes.ThrottledConnects].ShouldBe(refused);
    }

    [Fact]
    public void RetryAfter_SpreadsThoseTurnedAwayAtOnce_AtTheRateTheyAreTaken()
    {
        ReturnSchedule schedule = new(perSecond: 100, max: TimeSpan.FromSeconds(30), TimeProvider.System, () => 0.5);

        TimeSpan[] waits = [.. Enumerable.Range(0, 5_000).Select(_ => schedule.Next())];

        waits[0].ShouldBeLessThan(TimeSpan.FromSeconds(1));
        // A place each hundredth of a second, less what the line has shortened while this ran; then the bound.
        waits[1_999].ShouldBeInRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20));
        waits.Max().ShouldBe(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(20));
        new ReturnSchedule(100, TimeSpan.FromSeconds(30), TimeProvider.System, () => 0).Next().ShouldBe(TimeSpan.FromMilliseconds(5));
        new ReturnSchedule(100, TimeSpan.FromSeconds(30), TimeProvider.System, () => 1).Next().ShouldBe(TimeSpan.FromMilliseconds(15));
    }

    [Fact]
    public async Task HoweverConnectionsEnd_EveryPlaceIsGivenBack()
    {
        // Goal: no road leaks a place. Method: each of them several times, some of them against the protocol, then the tables must be empty.
        using HubCounters counters = new();
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:HandshakeTimeout", "00:00:00.300"));
        string token = node.Token(Messages.NewUser());
        for (int i = 0; i < 5; i++)
        {
            (await RawHubClient.OpenAsync(node, token)).Cut(); // Never spoke.
            (await RawHubClient.OpenAsync(node, token)).Dispose();
            (await RawHubClient.ConnectAsync(node, token)).Cut(); // Spoke, and was cut.
            (await RawHubClient.ConnectAsync(node, token)).Dispose();
            using RawHubClient wrong = await RawHubClient.OpenAsync(node, token);
            await wrong.SendAsync("{\"protocol\":\"none\",\"version\":1}\u001e");
            await wrong.ReadToEndAsync();
            using RawHubClient unknown = await RawHubClient.OpenAsync(node, token, "?id=nobody");
            unknown.Status.ShouldBe(404);
            using HttpResponseMessage poll = await GetAsync(node, token, "?id=nobody");
            poll.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            await using (HttpHubClient stream = await HttpHubClient.ConnectAsync(node, token, polling: false))
            {
            }

            await using HttpHubClient polling = await HttpHubClient.ConnectAsync(node, token, polling: true);
            await polling.DeleteAsync();
        }

        await Eventually.TrueAsync(() => Gate(node).Count == 0, "every place is given back");
        Gate(node).Tracked.ShouldBe(0);
        await Eventually.TrueAsync(() => Closed(counters) == Opened(counters), "each that was opened was closed");
        counters["seckill.push.connections"].ShouldBe(0);
    }

    [Fact]
    public async Task LongPolling_IsOneConnection_OverManyPolls()
    {
        await using HubNode node = await HubNode.StartAsync(redis, ("Seckill:HubConnections:MaxConnections", "1"));
        string user = Messages.NewUser();
        await using HttpHubClient client = await HttpHubClient.ConnectAsync(node, node.Token(user), polling: true);
        await client.InvokeAsync("Resume", "", 0);
        for (int i = 0; i < 5; i++)
        {
            await node.Mailboxes.AppendAsync(Messages.Series(user, i, 1));
            int expected = i + 1;
            await Eventually.TrueAsync(() => client.Ids.Count == expected, "received");
        }

        client.Polls.ShouldBeGreaterThan(5);
        Gate(node).Count.ShouldBe(1);
        await client.DeleteAsync();
        await Eventually.TrueAsync(() => Gate(node).Count == 0 && Gate(node).Tracked == 0, "one place, given back");
    }

    [Theory]
    [InlineData("?device=")]
    [InlineData("?device=a%20b")]
    [InlineData("?device=a&device=b")]
    [InlineData("?device=%3Cscript%3E")]
    public async Task DeviceThatIsNoName_IsRefused(string query)
    {
        await using HubNode node = await HubNode.StartAsync(redis);
        using RawHubClient refused = await RawHubClient.OpenAsync(node, node.Token(Messages.NewUser()), query);

        refused.Status.ShouldBe(400);
        Gate(node).Count.ShouldBe(0);
    }

    [Fact]
    public void TheDocument_ListsExactlyTheRefusalsOfTheCode()
    {
        string[] documented = [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "errors", "README.md"))
            .Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(match => $"{match.Groups["code"].Value} {match.Groups["name"].Value} {match.Groups["status"].Value} {match.Groups["meaning"].Value}")];

        documented.Order().ShouldBe(ConnectRefusal.All.Select(one => $"{one.Code} {one.Name} {one.Status} {one.Title}. {one.Detail}").Order());
    }

    private static ConnectionGate Gate(HubNode node) => node.Services.GetRequiredService<ConnectionGate>();

    private static long Opened(HubCounters counters) =>
        counters["seckill.push.opened", "webSockets"] + counters["seckill.push.opened", "serverSentEvents"] + counters["seckill.push.opened", "longPolling"];

    private static long Closed(HubCounters counters) => counters["seckill.push.closed", "client"] + counters["seckill.push.closed", "handshake"];

    private static Task<HttpResponseMessage> NegotiateAsync(HubNode node, string token) => SendAsync(HttpMethod.Post, new Uri(node.Hub + "/negotiate?negotiateVersion=1"), token);

    private static Task<HttpResponseMessage> GetAsync(HubNode node, string token, string query) => SendAsync(HttpMethod.Get, new Uri(node.Hub + query), token);

    private static async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri uri, string token)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(method, uri) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        return await http.SendAsync(request);
    }

    [GeneratedRegex(@"^\| `(?<code>push\.[^`]+)` \| `(?<name>[^`]+)` \| (?<status>\d+) \| (?<meaning>[^|]+) \| [^|]+ \|$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Row();

    [GeneratedRegex(@"Retry-After: (?<seconds>\d+)\r\n", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex RetryAfter();
}
