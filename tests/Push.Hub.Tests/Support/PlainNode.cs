using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Push.Hub.Backplane;
using Seckill.Client.Connections;
using Seckill.Core;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Local.Processes;

namespace Push.Hub.Tests.Support;

/// <summary>A node with <see cref="PlainHub"/> on the backplane. The user is whoever the query's <c>user</c> says.</summary>
public sealed class PlainNode : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Uri _address;

    private PlainNode(WebApplication app, Uri address)
    {
        _app = app;
        _address = address;
    }

    public IHubContext<PlainHub> Hub => _app.Services.GetRequiredService<IHubContext<PlainHub>>();

    public LocalConnections<PlainHub> Connections => _app.Services.GetRequiredService<LocalConnections<PlainHub>>();

    public static async Task<PlainNode> StartAsync(RedisFixture redis, string channels)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Seckill:Redis"] = redis.Server.Endpoint,
            ["Seckill:Kafka"] = "127.0.0.1:1",
            ["Seckill:MySql"] = "Server=127.0.0.1",
        });
        builder.Logging.ClearProviders();
        builder.Services.AddConnections(builder.Configuration).AddRedis("plain");
        builder.Services.AddSingleton<IUserIdProvider, QueryUserIds>();
        builder.Services.AddSignalR().AddRedisBackplane<PlainHub>(builder.Configuration, new BackplaneChannels(channels));
        Uri address = new($"http://127.0.0.1:{FreePorts.Next()}");
        builder.WebHost.UseUrls(address.ToString());
        WebApplication app = builder.Build();
        app.MapHub<PlainHub>("/hub");
        await app.StartAsync();
        return new PlainNode(app, address);
    }

    public async Task<PlainClient> ConnectAsync(string user)
    {
        HubConnectionBuilder builder = new();
        builder.Services.AddSingleton<IConnectionFactory>(new WebSocketConnectionFactory());
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(new Uri(_address, $"/hub?user={user}")));
        HashSet<string> before = [.. Connections.All.Select(one => one.Key)];
        PlainClient client = new(builder.Build());
        await client.Connection.StartAsync();
        await Eventually.TrueAsync(() => Connections.Count > before.Count, "connected");
        client.Id = Connections.All.Select(one => one.Key).Single(id => !before.Contains(id));
        return client;
    }

    /// <summary>Closes a connection from the server's side.</summary>
    public Task DisconnectAsync(string connectionId)
    {
        if (Connections.TryGet(connectionId, out LocalConnection? connection))
        {
            connection.Close("test");
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private sealed class QueryUserIds : IUserIdProvider
    {
        public string? GetUserId(HubConnectionContext connection) => connection.GetHttpContext()?.Request.Query["user"];
    }
}
