using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Locking;
using Seckill.Core.Redis;
using Seckill.Local;
using Seckill.Local.Servers;

namespace Seckill.Integration.Locking;

/// <summary>1, 3 or 5 independent Redis instances whose data is said to be new, and nodes that lock on them.</summary>
internal sealed class LockCluster : IAsyncDisposable
{
    private readonly List<TemporaryDirectory> _directories = [];
    private readonly List<LockServers> _nodes = [];
    private readonly LockingOptions _options;

    private LockCluster(int count, TimeSpan lockTime)
    {
        for (int i = 0; i < count; i++)
        {
            _directories.Add(new TemporaryDirectory());
            Servers.Add(new RedisServer(new() { Directory = _directories[i].Path }));
        }

        _options = new LockingOptions { LockTime = lockTime, ServerTimeout = TimeSpan.FromMilliseconds(300), RetryDelay = TimeSpan.FromMilliseconds(20) };
        foreach (RedisServer server in Servers)
        {
            _options.Servers.Add(server.Endpoint);
        }
    }

    public List<RedisServer> Servers { get; } = [];

    public int Minority => (Servers.Count - 1) / 2;

    public static async Task<LockCluster> StartAsync(int count, TimeSpan? lockTime = null)
    {
        LockCluster cluster = new(count, lockTime ?? TimeSpan.FromSeconds(2));
        await Task.WhenAll(cluster.Servers.Select(server => server.StartAsync()));
        foreach (RedisServer server in cluster.Servers)
        {
            await server.DeclareFirstDataAsync();
        }

        return cluster;
    }

    /// <summary>A node with connections and, if wanted, a clock of its own.</summary>
    public Redlock Node(TimeProvider? time = null)
    {
        LockServers servers = new(Options.Create(_options), Options.Create(new Connections { Redis = "-", Kafka = "-", MySql = "-" }), NullLogger<RedisConnection>.Instance);
        _nodes.Add(servers);
        return new Redlock(servers, Options.Create(_options), time ?? TimeProvider.System, NullLogger<Redlock>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _nodes.ForEach(node => node.Dispose());
        foreach (RedisServer server in Servers)
        {
            await server.DisposeAsync();
        }

        _directories.ForEach(directory => directory.Dispose());
    }
}
