using StackExchange.Redis;

namespace Seckill.Core.Redis;

/// <summary>One multiplexer for commands, with the settings that every command connection of ours needs.</summary>
/// <remarks>
/// Thread-safe; one per process. It connects in the background and heals by itself, so construction succeeds while Redis is away; commands
/// then fail with <see cref="RedisConnectionException"/>. The client library has no time-out for asynchronous commands: <see cref="RunAsync{T}"/> adds it.
/// Pub/sub needs a multiplexer of its own (ordered delivery), see <see cref="OpenMultiplexer"/>.
/// </remarks>
public sealed class RedisConnection : IDisposable
{
    private readonly ConnectionMultiplexer _multiplexer;

    /// <summary>Opens a connection.</summary>
    /// <param name="connectionString"><c>host:port[,password=…][,ssl=true]</c>, as StackExchange.Redis reads it.</param>
    /// <param name="clientName">Shown by <c>CLIENT LIST</c>.</param>
    public RedisConnection(string connectionString, string clientName)
    {
        _multiplexer = OpenMultiplexer(connectionString, clientName, ordered: false);
    }

    /// <summary>How long <see cref="RunAsync{T}"/> waits for a reply before it throws <see cref="TimeoutException"/>: 2 s.</summary>
    public static TimeSpan CommandTimeout { get; } = TimeSpan.FromSeconds(2);

    /// <summary>The database for commands that bring their own time-out.</summary>
    public IDatabase Database => _multiplexer.GetDatabase();

    /// <summary>True when the last thing the library saw was a live connection. A hint for health pages, not a promise.</summary>
    public bool IsConnected => _multiplexer.IsConnected;

    /// <summary>Groups by cluster slot, for items whose keys may share a script call: all of them, on a server that is no cluster.</summary>
    public IEnumerable<IGrouping<int, T>> BySlot<T>(IEnumerable<T> items, Func<T, RedisKey> key)
    {
        // The client library's HashSlot knows of no single server: it would part what belongs together.
        bool isCluster = _multiplexer.GetEndPoints().Any(endpoint => _multiplexer.GetServer(endpoint).ServerType == ServerType.Cluster);
        return items.GroupBy(item => isCluster ? _multiplexer.HashSlot(key(item)) : 0);
    }

    /// <summary>Runs one command with a deadline of <see cref="CommandTimeout"/>.</summary>
    /// <exception cref="TimeoutException">No reply in time, or none to be had any more: the outcome is unknown.</exception>
    /// <exception cref="RedisException">Refused, or no connection.</exception>
    public async Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command)
    {
        try
        {
            return await command(Database).WaitAsync(CommandTimeout);
        }
        catch (OperationCanceledException lost)
        {
            // The client library cancels what waited on a connection that was torn down. Let through, it would pass for a host that stops, and end the loop that asked.
            throw new TimeoutException("The connection to Redis was lost.", lost);
        }
    }

    /// <summary>Opens a multiplexer that survives a Redis that is away.</summary>
    /// <param name="connectionString">As for the constructor.</param>
    /// <param name="clientName">Shown by <c>CLIENT LIST</c>.</param>
    /// <param name="ordered">
    /// True for pub/sub: handlers run one after another. False for commands: with order on, one continuation that blocks stops every later reply.
    /// </param>
    public static ConnectionMultiplexer OpenMultiplexer(string connectionString, string clientName, bool ordered)
    {
        ConfigurationOptions options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.ClientName = clientName;
        options.KeepAlive = 10;
        options.ConnectTimeout = 2_000;
        ConnectionMultiplexer multiplexer = ConnectionMultiplexer.Connect(options);
        multiplexer.PreserveAsyncOrder = ordered;
        return multiplexer;
    }

    /// <inheritdoc/>
    public void Dispose() => _multiplexer.Dispose();
}
