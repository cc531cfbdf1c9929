using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Redis;

namespace Seckill.Core.Locking;

/// <summary>A connection to each instance that has a vote. Opened at the first use: a host without locks opens none.</summary>
public sealed class LockServers(IOptions<LockingOptions> options, IOptions<Connections> connections, ILogger<RedisConnection> log) : IDisposable
{
    private readonly Lazy<RedisConnection[]> _all = new(() =>
        [.. (options.Value.Servers.Count > 0 ? options.Value.Servers : [connections.Value.Redis]).Select(server => new RedisConnection(server, "seckill-locks", log))]);

    /// <summary>All instances, in the order of the configuration.</summary>
    internal IReadOnlyList<RedisConnection> All => _all.Value;

    /// <summary>More than half of them.</summary>
    internal int Majority => (All.Count / 2) + 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_all.IsValueCreated)
        {
            foreach (RedisConnection connection in _all.Value)
            {
                connection.Dispose();
            }
        }
    }
}
