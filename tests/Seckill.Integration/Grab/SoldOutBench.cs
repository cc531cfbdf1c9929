using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Integration.Grab;

/// <summary>A node with an open sale, and a second node on the same Redis where it is wanted.</summary>
internal sealed class SoldOutBench : IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private GrabNode? _other;

    private SoldOutBench(GrabNode node, Sale sale, IReadOnlyDictionary<string, string?> settings)
    {
        (Node, Sale, _settings) = (node, sale, settings);
    }

    public GrabNode Node { get; }

    public Sale Sale { get; }

    public StockBucket Bucket => Sale.BucketOf(Sale.Items[0]);

    public static async Task<SoldOutBench> StartAsync(int units, IReadOnlyDictionary<string, string?> settings)
    {
        GrabNode node = await GrabNode.StartAsync(settings: settings);
        return new SoldOutBench(node, await node.OpenSaleAsync(units), settings);
    }

    /// <summary>The second node; it knows the sale, and both boards listen.</summary>
    public async Task<GrabNode> StartOtherAsync()
    {
        _other = await Node.StartAnotherAsync(_settings);
        await _other.SeesAsync(Sale);
        await HearAsync();
        return _other;
    }

    /// <summary>Waits until the board of each node listens.</summary>
    public async Task HearAsync()
    {
        IDatabase db = Node.Get<RedisConnection>().Database;
        string nodes = _other is null ? "1" : "2";
        await Eventually.TrueAsync(async () => ((RedisResult[])(await db.ExecuteAsync("PUBSUB", "NUMSUB", StockKeys.SoldOutChannel))!)[1].ToString() == nodes);
    }

    public async ValueTask DisposeAsync()
    {
        if (_other is not null)
        {
            await _other.DisposeAsync();
        }

        await Node.DisposeAsync();
    }
}
