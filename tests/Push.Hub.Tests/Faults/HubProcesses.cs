using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Push.Hub.Hubs;
using Push.Hub.Tests.Support;
using Seckill.Client.Push;
using Seckill.Core.Diagnostics;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Local;
using Seckill.Local.Faults;
using Seckill.Local.Servers;
using Seckill.Local.Stack;
using Xunit;

namespace Push.Hub.Tests.Faults;

/// <summary>Two hub nodes, each a process of its own behind a relay that can cut its clients off or lead them to the other node, over a real Redis with an append-only file.</summary>
public sealed class HubProcesses : IAsyncLifetime
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly TemporaryDirectory _directory = new();
    private readonly AccessTokens _tokens;

    public HubProcesses()
    {
        // Flushed before each reply: a Redis that is killed then has all that it said it has. With a flush per second it may put off even the write while the disk is busy.
        Redis = new RedisServer(new RedisServerOptions { Directory = _directory.Combine("redis"), Persistence = RedisPersistence.Always });
        string secret = StackEnvironment.NewSecret();
        AuthOptions auth = new() { Issuer = StackEnvironment.Issuer, Audience = StackEnvironment.Audience };
        auth.Keys.Add(new SigningKey { Id = StackEnvironment.KeyId, Secret = secret });
        _tokens = new AccessTokens(Options.Create(auth), TimeProvider.System);
        Dictionary<string, string> environment = StackEnvironment.Create(Redis.Endpoint, "127.0.0.1:1", "Server=127.0.0.1", secret, "none", new Dictionary<string, string>
        {
            // Ten times as often as usual: the tests wait for it, and what it finds does not depend on how often it looks.
            ["Seckill__Delivery__PositionCheckInterval"] = "00:00:00.500",
            ["Seckill__Backplane__HeartbeatInterval"] = "00:00:00.200",
        });
        Hubs = [.. new[] { "one", "two" }.Select(name => new ServiceProcess(
            new ServiceProcessOptions { Name = $"hub-{name}", Project = "Push.Hub", Directory = _directory.Combine(name), Environment = environment }))];
        Fronts = [.. Hubs.Select(hub => new TcpProxy(hub.Port))];
    }

    public RedisServer Redis { get; }

    public IReadOnlyList<ServiceProcess> Hubs { get; }

    /// <summary>Where the clients connect: each leads to the hub of the same place, unless a test has turned it.</summary>
    public IReadOnlyList<TcpProxy> Fronts { get; }

    public async ValueTask InitializeAsync()
    {
        await Redis.StartAsync();
        await Task.WhenAll(Hubs.Select(hub => hub.StartAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TcpProxy front in Fronts)
        {
            await front.DisposeAsync();
        }

        foreach (ServiceProcess hub in Hubs)
        {
            await hub.DisposeAsync();
        }

        await Redis.DisposeAsync();
        _tokens.Dispose();
        _directory.Dispose();
    }

    /// <summary>A client that is connected and resumed, through one of the fronts.</summary>
    public async Task<CollectingClient> ConnectAsync(string user, TcpProxy front)
    {
        CollectingClient client = new(new PushClientOptions
        {
            Hub = new Uri($"http://{front.Endpoint}{PushHubRegistration.Path}"),
            AccessToken = _ => ValueTask.FromResult(_tokens.Issue(new UserId(user), Roles.Buyer).Value),
            MinBackoff = TimeSpan.FromMilliseconds(20),
            MaxBackoff = TimeSpan.FromMilliseconds(200),
        });
        await client.StartAsync();
        return client;
    }

    /// <summary>Each hub throws away one in so many of the messages that pub/sub brings it; 0 for none.</summary>
    public async Task DropMessagesAsync(int oneIn)
    {
        foreach (Uri point in Hubs.Select(hub => new Uri(hub.Url, $"/dev/faults/{FaultPoint.AfterPublishBeforeReceive}")))
        {
            using HttpResponseMessage answer = oneIn == 0
                ? await Http.DeleteAsync(point)
                : await Http.PutAsJsonAsync(point, new { action = "throw", times = 0, every = oneIn });
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Messages that came by pub/sub while some were thrown away, by hub.</summary>
    public async Task<IReadOnlyList<long>> MessagesUnderFaultAsync()
    {
        List<long> counts = [];
        foreach (ServiceProcess hub in Hubs)
        {
            JsonElement points = await Http.GetFromJsonAsync<JsonElement>(new Uri(hub.Url, "/dev/faults"));
            counts.Add(points.GetProperty(nameof(FaultPoint.AfterPublishBeforeReceive)).GetInt64());
        }

        return counts;
    }
}
