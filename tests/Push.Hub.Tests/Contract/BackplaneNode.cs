using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Push.Hub.Backplane;
using Push.Hub.Tests.Support;
using Seckill.Core;
using Seckill.Core.Push;
using Seckill.Core.Redis;

namespace Push.Hub.Tests.Contract;

/// <summary>A node without sockets: the backplane of <see cref="PlainHub"/>, and nothing that a client could connect to.</summary>
public sealed class BackplaneNode : IAsyncDisposable
{
    private readonly IHost _host;

    /// <param name="redis"><c>host:port</c>.</param>
    /// <param name="channels">The hub's name on the backplane.</param>
    /// <param name="protocols">Besides JSON.</param>
    public BackplaneNode(string redis, string channels, params IHubProtocol[] protocols)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Seckill:Redis"] = redis,
            ["Seckill:Kafka"] = "127.0.0.1:1",
            ["Seckill:MySql"] = "Server=127.0.0.1",
            ["Seckill:Backplane:HeartbeatInterval"] = "00:00:00.100",
            ["Seckill:Backplane:ReplyTimeout"] = "00:00:02",
            ["Seckill:Backplane:MaxConnectionQueueBytes"] = $"{MaxQueueBytes}",
        });
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddConnections(builder.Configuration).AddRedis("plain");
        builder.Services.AddSignalR().AddRedisBackplane<PlainHub>(builder.Configuration, new BackplaneChannels(channels));
        foreach (IHubProtocol protocol in protocols)
        {
            builder.Services.AddSingleton(protocol);
        }

        _host = builder.Build();
    }

    /// <summary>The byte bound of a connection's queue.</summary>
    public static int MaxQueueBytes => 32 * 1024;

    public HubLifetimeManager<PlainHub> Manager => _host.Services.GetRequiredService<HubLifetimeManager<PlainHub>>();

    public LocalConnections<PlainHub> Connections => _host.Services.GetRequiredService<LocalConnections<PlainHub>>();

    public Task StartAsync() => _host.StartAsync();

    /// <summary>The node hears nothing more, as if it had died; its manager still answers to whoever holds it.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
