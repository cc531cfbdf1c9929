using System.Net.Sockets;
using System.Text;

namespace Seckill.Local.Servers;

/// <summary>A real <c>redis-server</c>, with no configuration but ours.</summary>
public sealed class RedisServer : ManagedServer
{
    private readonly RedisServerOptions _options;

    public RedisServer(RedisServerOptions options)
        : base("redis", options.Directory, options.Port)
    {
        _options = options;
    }

    protected override IReadOnlyList<string> Command() =>
    [
        "redis-server",
        "--port", $"{Port}",
        "--bind", "127.0.0.1",
        "--dir", Directory,
        "--loglevel", _options.LogLevel,
        // Snapshots would only add a second, older truth beside the append-only file.
        "--save", string.Empty,
        "--appendonly", _options.Persistence == RedisPersistence.None ? "no" : "yes",
        "--appendfsync", _options.Persistence == RedisPersistence.Always ? "always" : "everysec",
        // An evicted stock key would be lost stock: refuse writes instead.
        "--maxmemory-policy", "noeviction",
    ];

    /// <summary>True when PING is answered with PONG: a server that still loads its data answers LOADING.</summary>
    protected override async Task<bool> IsReadyAsync(CancellationToken stop)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync("127.0.0.1", Port, stop);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), stop);
            byte[] reply = new byte[7];
            int read = await stream.ReadAtLeastAsync(reply, reply.Length, throwOnEndOfStream: false, stop)
                .AsTask().WaitAsync(TimeSpan.FromSeconds(2), stop);
            return Encoding.ASCII.GetString(reply, 0, read) == "+PONG\r\n";
        }
        catch (Exception error) when (error is SocketException or IOException or TimeoutException)
        {
            return false;
        }
    }
}
