namespace Seckill.Local.Servers;

/// <summary>How a <see cref="RedisServer"/> runs.</summary>
public sealed record RedisServerOptions
{
    /// <summary>Private directory for data and log.</summary>
    public required string Directory { get; init; }

    /// <summary>Port on 127.0.0.1; default: a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Default: none, which is what a test wants that does not ask for more.</summary>
    public RedisPersistence Persistence { get; init; } = RedisPersistence.None;

    /// <summary>Redis's own <c>loglevel</c>: debug, verbose, notice or warning.</summary>
    public string LogLevel { get; init; } = "notice";

    /// <summary>Port of the server that this one copies; null for a primary. Its primary may be away when it starts.</summary>
    public int? ReplicaOf { get; init; }

    /// <summary>Further arguments of redis-server, for example <c>--maxmemory 2mb</c>; after the others, so they win.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
