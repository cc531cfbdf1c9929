using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Push.Hub.Hubs;
using Seckill.Client.Connections;
using Seckill.Client.Push;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Local.Processes;
using StackExchange.Redis;

namespace Push.Hub.Tests.Support;

/// <summary>A whole hub node in this process, on a port of its own that it keeps over restarts.</summary>
public sealed class HubNode : IAsyncDisposable
{
    private readonly string _redis;
    private readonly int _port;
    private readonly Dictionary<string, string?> _settings;
    private WebApplication? _app;

    private HubNode(string redis, Dictionary<string, string?> settings)
    {
        _redis = redis;
        _settings = settings;
        _port = FreePorts.Next();
    }

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public Uri Hub => new(Address, PushHubRegistration.Path);

    public IServiceProvider Services => _app!.Services;

    public MailboxStore Mailboxes => Services.GetRequiredService<MailboxStore>();

    public static async Task<HubNode> StartAsync(RedisFixture redis, params (string Key, string Value)[] settings)
    {
        HubNode node = new(redis.Server.Endpoint, settings.ToDictionary(one => one.Key, one => (string?)one.Value));
        await node.StartAsync();
        return node;
    }

    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Seckill:Redis"] = _redis,
            ["Seckill:Kafka"] = "127.0.0.1:1",
            ["Seckill:MySql"] = "Server=127.0.0.1",
            ["Seckill:Auth:Issuer"] = "tests",
            ["Seckill:Auth:Audience"] = "seckill",
            ["Seckill:Auth:Keys:0:Id"] = "k1",
            ["Seckill:Auth:Keys:0:Secret"] = "a secret that only these tests know, and long enough",
            ["Seckill:Backplane:HeartbeatInterval"] = "00:00:00.200",
            ["Seckill:HubConnections:DrainWindow"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(_settings);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        _app = PushHubHost.Build(builder);
        await _app.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
            _app = null;
        }
    }

    public string Token(string user) => Services.GetRequiredService<AccessTokens>().Issue(new UserId(user), Roles.Buyer).Value;

    /// <summary>A token that was issued long ago, so that it ends soon.</summary>
    public string TokenFor(string user, TimeSpan endsIn)
    {
        IOptions<AuthOptions> options = Services.GetRequiredService<IOptions<AuthOptions>>();
        using AccessTokens longAgo = new(options, new Past(options.Value.TokenLifetime - endsIn));
        return longAgo.Issue(new UserId(user), Roles.Buyer).Value;
    }

    /// <summary>A client that is connected and resumed; what it receives is collected.</summary>
    public async Task<CollectingClient> ConnectAsync(string user, PushPosition position = default, TokenPlacement placement = TokenPlacement.Header, Uri? through = null, string? device = null)
    {
        string token = Token(user);
        CollectingClient client = new(new PushClientOptions
        {
            Hub = through is null ? Hub : new Uri(through, PushHubRegistration.Path),
            AccessToken = _ => ValueTask.FromResult(token),
            TokenPlacement = placement,
            Device = device,
            Position = position.Epoch is null ? PushPosition.Start : position,
            MinBackoff = TimeSpan.FromMilliseconds(50),
            MaxBackoff = TimeSpan.FromMilliseconds(500),
        });
        await client.StartAsync();
        return client;
    }

    /// <summary>A bare connection that has not resumed.</summary>
    public async Task<HubConnection> OpenAsync(string user, string query = "")
    {
        HubConnection connection = Prepare(user, query);
        await connection.StartAsync();
        return connection;
    }

    /// <summary>A bare connection that is not started.</summary>
    public HubConnection Prepare(string user, string query = "")
    {
        string token = Token(user);
        HubConnectionBuilder builder = new();
        builder.Services.AddSingleton<IConnectionFactory>(new WebSocketConnectionFactory(_ => ValueTask.FromResult(token)));
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(new Uri(Hub.AbsoluteUri + query)));
        return builder.Build();
    }

    /// <summary>Appends, and appends the same again when the connection fails, as a sender has to.</summary>
    public async Task AppendSurelyAsync(IReadOnlyList<MailboxMessage> messages) => await Eventually.TrueAsync(
        async () =>
        {
            try
            {
                await Mailboxes.AppendAsync(messages);
                return true;
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                return false;
            }
        },
        "Redis takes messages");

    public ValueTask DisposeAsync() => new(StopAsync());

    private sealed class Past(TimeSpan ago) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - ago;
    }
}
