using Seckill.Local.Servers;

namespace Seckill.Local.Stack;

/// <summary>How a <see cref="LocalStack"/> runs. The defaults suit a test: free ports, nothing kept, no server of anyone else's.</summary>
public sealed record LocalStackOptions
{
    /// <summary>Private directory of the stack; each part has a folder in it.</summary>
    public required string Directory { get; init; }

    /// <summary>Port of the Api; default: a free one.</summary>
    public int? ApiPort { get; init; }

    /// <summary>Port of the Hub; default: a free one.</summary>
    public int? HubPort { get; init; }

    /// <summary>How Redis keeps its data. With any but none, stopping also waits until the orders under way are written.</summary>
    public RedisPersistence Persistence { get; init; } = RedisPersistence.None;

    /// <summary>Servers to use instead of own ones.</summary>
    public ExternalServers External { get; init; } = new();

    /// <summary>Further configuration of all three services, for example <c>Seckill__Stock__…</c>.</summary>
    public IReadOnlyDictionary<string, string> ServiceEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>Told of each part as it starts and stops; may be called from several threads at once.</summary>
    public IProgress<StackProgress>? Progress { get; init; }
}
