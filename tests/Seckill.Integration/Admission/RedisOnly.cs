using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Admission;
using Seckill.Core.Redis;
using Seckill.Local;
using Seckill.Local.Servers;
using StackExchange.Redis;

namespace Seckill.Integration.Admission;

/// <summary>A Redis, and the limiters of as many nodes as wanted, each with a connection of its own.</summary>
internal sealed class RedisOnly : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<RedisConnection> _connections = [];

    private RedisOnly() => Server = new RedisServer(new RedisServerOptions { Directory = _directory.Path });

    public RedisServer Server { get; }

    public IDatabase Db => _connections[0].Database;

    public static async Task<RedisOnly> StartAsync()
    {
        RedisOnly redis = new();
        await redis.Server.StartAsync();
        redis.Connect();
        return redis;
    }

    public RedisConnection Connect()
    {
        RedisConnection connection = new(Server.Endpoint, "limiter-tests");
        _connections.Add(connection);
        return connection;
    }

    /// <summary>The bucket of another node.</summary>
    public SharedTokenBucket Node(TokenRate rate, int nodes = 1, TimeProvider? time = null)
    {
        TokenBucketStore store = new(Connect(), TimeSpan.FromSeconds(2));
        time ??= TimeProvider.System;
        return new SharedTokenBucket(Key, rate, nodes, store.TakeAsync, new RedisAbsence(time, NullLogger.Instance), time);
    }

    public static RedisKey Key { get; } = AdmissionKeys.SaleBucket(new Core.Ids.SaleId(5));

    /// <summary>The server's own clock.</summary>
    public async Task<TimeSpan> TimeAsync()
    {
        string[] time = (string[])(await Db.ExecuteAsync("TIME"))!;
        return TimeSpan.FromSeconds(long.Parse(time[0])) + TimeSpan.FromMicroseconds(long.Parse(time[1]));
    }

    public async Task FlushScriptsAsync() => await Server.SendAsync("SCRIPT", "FLUSH");

    public async ValueTask DisposeAsync()
    {
        _connections.ForEach(connection => connection.Dispose());
        await Server.DisposeAsync();
        _directory.Dispose();
    }
}
