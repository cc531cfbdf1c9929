using System.Diagnostics;
using System.Net;

namespace Seckill.LoadTests.PushFanout;

/// <summary>Clients of one measurement, spread evenly over the nodes, and kept alive.</summary>
internal sealed class FanoutCrowd : IAsyncDisposable
{
    private const int ConnectConcurrency = 64;

    // As SignalR's own clients do; a server closes after 30 s of silence.
    private static readonly TimeSpan PingPeriod = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(30);

    // Well under the ports that the kernel gives out for one address, 28,000.
    private const int ClientsPerAddress = 8_000;

    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<PushNode> _nodes;
    private volatile Tally _tally = new();
    private Task _pinging = Task.CompletedTask;

    private FanoutCrowd(PushStand stand, IReadOnlyList<PushNode> nodes, string prefix, int count)
    {
        _nodes = nodes;
        Clients = [.. Enumerable.Range(0, count).Select(i => new FanoutClient($"{prefix}-{i}", stand.TokenFor($"{prefix}-{i}"), AddressOf(i), this))];
    }

    public IReadOnlyList<FanoutClient> Clients { get; }

    /// <summary>What they have been given since <see cref="StartCount"/>.</summary>
    public Tally Tally => _tally;

    /// <summary>Connects them and waits until each is ready and the way to each is open.</summary>
    public static async Task<FanoutCrowd> OpenAsync(PushStand stand, IReadOnlyList<PushNode> nodes, string prefix, int count, CancellationToken stop)
    {
        FanoutCrowd crowd = new(stand, nodes, prefix, count);
        try
        {
            await crowd.ConnectAllAsync(stand.Count(count), shift: 0, stop);
            crowd._pinging = crowd.PingAsync();
            await crowd.ProbeAsync(stand, stop);
            return crowd;
        }
        catch
        {
            await crowd.DisposeAsync();
            throw;
        }
    }

    /// <summary>A crowd of one, whom the caller connects.</summary>
    public static FanoutCrowd Of(PushStand stand, PushNode node, string user) => new(stand, [node], user, 1);

    /// <summary>Connects all.</summary>
    /// <param name="progress">Told how many are ready.</param>
    /// <param name="shift">By how many nodes further than at first.</param>
    /// <param name="stop">Gives up.</param>
    public async Task ConnectAllAsync(IProgress<int>? progress, int shift, CancellationToken stop)
    {
        int done = 0;
        ParallelOptions options = new() { MaxDegreeOfParallelism = ConnectConcurrency, CancellationToken = stop };
        await Parallel.ForAsync(0, Clients.Count, options, async (i, _) =>
        {
            await Clients[i].ConnectAsync(_nodes[(i + shift) % _nodes.Count]);
            progress?.Report(Interlocked.Increment(ref done));
        });
    }

    /// <summary>Drops all connections at once.</summary>
    public Task DropAllAsync() => Task.WhenAll(Clients.Select(client => client.DropAsync()));

    /// <summary>Begins to count anew.</summary>
    public Tally StartCount() => _tally = new Tally();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _pinging;
        await DropAllAsync();
        _stop.Dispose();
    }

    // A node that is ready may not have subscribed yet, and what is published until then is heard by nobody.
    private async Task ProbeAsync(PushStand stand, CancellationToken stop)
    {
        foreach (PushNode node in _nodes.DistinctBy(node => node.Channels))
        {
            long started = Stopwatch.GetTimestamp();
            while (!Clients.All(client => client.IsReached) && Stopwatch.GetElapsedTime(started) < ProbeLimit)
            {
                await stand.SendAllAsync(node.Channels, new PushMark(0, 0));
                long sent = Stopwatch.GetTimestamp();
                while (!Clients.All(client => client.IsReached) && Stopwatch.GetElapsedTime(sent) < ProbeLimit / 10)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(25), stop);
                }
            }
        }

        if (Clients.Count(client => !client.IsReached) is var unreached and > 0)
        {
            throw new TimeoutException($"{unreached:N0} of {Clients.Count:N0} connected clients were reached by nothing within {ProbeLimit.TotalSeconds:0} s.");
        }

        // A client is reached by the first probe; what a second one brought must not be counted as the measurement's.
        StartCount();
    }

    private async Task PingAsync()
    {
        if (_nodes[0].Dialect is PushDialect.Raw)
        {
            return;
        }

        try
        {
            while (true)
            {
                // Spread over the period, in shares that cost nobody a visible moment.
                foreach (FanoutClient[] share in Clients.Chunk(1 + (Clients.Count / 100)))
                {
                    await Task.Delay(PingPeriod / 100, _stop.Token);
                    await Task.WhenAll(share.Select(client => client.PingAsync()));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    private static IPAddress AddressOf(int client) => new([127, 0, 0, (byte)(1 + (client / ClientsPerAddress))]);
}
