using Seckill.Local.Servers;

namespace Seckill.Chaos.Stack;

/// <summary>How a <see cref="ChaosStack"/> runs. The defaults are the smallest engine in which every part can die and be replaced.</summary>
internal sealed record ChaosStackOptions
{
    /// <summary>Api processes; the crowd spreads over them.</summary>
    public int Apis { get; init; } = 1;

    /// <summary>Worker processes, each with relay, intake and reconciliation.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Hub processes; listeners spread over them, and move when one dies.</summary>
    public int Hubs { get; init; } = 1;

    /// <summary>How Redis keeps its data. Default: flushed before each reply, so that a kill loses nothing.</summary>
    public RedisPersistence Persistence { get; init; } = RedisPersistence.Always;

    /// <summary>Further arguments of redis-server.</summary>
    public IReadOnlyList<string> RedisArguments { get; init; } = [];

    /// <summary>Configuration of all services.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Configuration of the Api processes, besides.</summary>
    public IReadOnlyDictionary<string, string> ApiEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>Configuration of the Worker processes, besides.</summary>
    public IReadOnlyDictionary<string, string> WorkerEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>Configuration of the Hub processes, besides.</summary>
    public IReadOnlyDictionary<string, string> HubEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>Of the random decisions of the proxies.</summary>
    public int Seed { get; init; } = 1;
}
