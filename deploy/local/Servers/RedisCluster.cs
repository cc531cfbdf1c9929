using Seckill.Local.Processes;

namespace Seckill.Local.Servers;

/// <summary>A real Redis Cluster of masters without replicas, its slots shared out evenly: each node can be killed, paused and started again on its own.</summary>
/// <remarks>
/// A node that is away takes only its own slots along (<c>cluster-require-full-coverage no</c>), as a sale over several nodes wants it. The bus ports are given like all others: Redis's own habit
/// of adding 10,000 to the port would leave the range that is ours. Not thread-safe: one caller drives it.
/// </remarks>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Slots = 16_384;

    // A master waits 2 s after its start before it takes writes, so that it hears what became of its slots.
    private static readonly TimeSpan AgreeDeadline = TimeSpan.FromSeconds(60);

    private readonly int[] _busPorts;
    private readonly RedisServer[] _nodes;

    /// <param name="options">Makes the options of a node in the folder that is named.</param>
    /// <param name="nodes">Masters, at least 3: fewer cannot agree on one that is away.</param>
    public RedisCluster(Func<string, RedisServerOptions> options, int nodes = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 3);
        _busPorts = [.. Enumerable.Range(0, nodes).Select(_ => FreePorts.Next())];
        _nodes = [.. _busPorts.Select((busPort, index) => new RedisServer(Clustered(options($"redis-{index}"), busPort)))];
    }

    /// <summary>The masters, in the order of their slots.</summary>
    public IReadOnlyList<RedisServer> Nodes => _nodes;

    /// <summary>All nodes, as a client's connection string wants them.</summary>
    public string Endpoints => string.Join(',', _nodes.Select(node => node.Endpoint));

    /// <summary>Starts all nodes, makes them a cluster, and waits until each says that it is one.</summary>
    /// <exception cref="ServerFailedException">A node did not start, or refused.</exception>
    /// <exception cref="TimeoutException">They did not agree in time.</exception>
    public async Task StartAsync(CancellationToken stop = default)
    {
        await Task.WhenAll(_nodes.Select(node => node.StartAsync(stop)));
        for (int i = 0; i < _nodes.Length; i++)
        {
            // Epochs of their own from the start: nodes that have the same one spend seconds on sorting that out.
            await _nodes[i].SendAsync("CLUSTER", "SET-CONFIG-EPOCH", $"{i + 1}");
            await _nodes[i].SendAsync("CLUSTER", "ADDSLOTSRANGE", $"{FirstSlot(i)}", $"{FirstSlot(i + 1) - 1}");
        }

        for (int i = 1; i < _nodes.Length; i++)
        {
            await _nodes[0].SendAsync("CLUSTER", "MEET", "127.0.0.1", $"{_nodes[i].Port}", $"{_busPorts[i]}");
        }

        await WaitUntilWholeAsync(stop);
    }

    /// <summary>Says that its data is the first that the system ever had. For whoever has just made the directories.</summary>
    public Task DeclareFirstDataAsync() => FirstData.DeclareAsync(Endpoints);

    /// <summary>Starts a node that was killed or stopped, and waits until all nodes have it back.</summary>
    /// <exception cref="TimeoutException">They did not agree in time.</exception>
    public async Task RestartAsync(RedisServer node, CancellationToken stop = default)
    {
        await node.StartAsync(stop);
        await WaitUntilWholeAsync(stop);
    }

    /// <summary>Waits until every node says that all slots are served.</summary>
    /// <exception cref="TimeoutException">They did not agree in time.</exception>
    public async Task WaitUntilWholeAsync(CancellationToken stop = default)
    {
        if (!await Deadline.PollAsync(AgreeDeadline, async _ => Array.TrueForAll(await Task.WhenAll(_nodes.Select(IsWholeAsync)), isWhole => isWhole), stop))
        {
            throw new TimeoutException($"The nodes of the cluster have not agreed within {AgreeDeadline.TotalSeconds:0} s. The first one says:\n{await _nodes[0].SendAsync("CLUSTER", "INFO")}");
        }
    }

    /// <summary>The node that has the key's slot.</summary>
    public async Task<RedisServer> NodeOfAsync(string key)
    {
        RedisServer anyone = Array.Find(_nodes, node => node.IsRunning) ?? throw new InvalidOperationException("No node is running.");
        int slot = int.Parse(await anyone.SendAsync("CLUSTER", "KEYSLOT", key));
        return _nodes[Enumerable.Range(0, _nodes.Length).First(i => slot < FirstSlot(i + 1))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (RedisServer node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static RedisServerOptions Clustered(RedisServerOptions options, int busPort) => options with
    {
        Arguments =
        [
            "--cluster-enabled", "yes",
            "--cluster-port", $"{busPort}",
            "--cluster-node-timeout", "1000",
            "--cluster-require-full-coverage", "no",
            .. options.Arguments,
        ],
    };

    private int FirstSlot(int node) => node * Slots / _nodes.Length;

    private async Task<bool> IsWholeAsync(RedisServer node)
    {
        string info = await node.SendAsync("CLUSTER", "INFO");
        return info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains($"cluster_slots_ok:{Slots}", StringComparison.Ordinal)
            && info.Contains($"cluster_known_nodes:{_nodes.Length}", StringComparison.Ordinal);
    }
}
