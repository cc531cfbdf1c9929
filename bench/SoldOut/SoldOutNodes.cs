using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Seckill.Core;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Local;
using Seckill.Local.Servers;

namespace Seckill.Benchmarks.SoldOut;

/// <summary>A private Redis, and the boards of several nodes in this process, each with connections of its own. The first sells; the poll of none comes while a round runs.</summary>
internal sealed class SoldOutNodes : IAsyncDisposable
{
    private static readonly IOptions<GrabOptions> Grabs = Options.Create(new GrabOptions { BoardPollInterval = TimeSpan.FromSeconds(10) });

    private readonly TemporaryDirectory _directory = new();
    private readonly RedisServer _redis;
    private readonly List<SoldOutBoard> _boards = [];
    private readonly List<IDisposable> _connections = [];
    private StockStore? _stock;
    private GrabCoalescer? _coalescer;

    private SoldOutNodes() => _redis = new RedisServer(new RedisServerOptions { Directory = _directory.Path });

    public static async Task<SoldOutNodes> StartAsync(int others, CancellationToken stop)
    {
        SoldOutNodes nodes = new();
        await nodes._redis.StartAsync(stop);
        for (int i = 0; i <= others; i++)
        {
            await nodes.AddAsync(stop);
        }

        return nodes;
    }

    /// <summary>Sells a bucket out, and says when each of the others knew, counted from when the last buyer was told.</summary>
    public async Task<TimeSpan[]> MeasureAsync(int round, int units, CancellationToken stop)
    {
        StockBucket bucket = new(new SaleId(round + 1), new SkuId("phone"));
        await _stock!.WarmAsync(bucket, units, limit: 1, epoch: 1, mayCreate: true);
        foreach (StockGrab[] batch in Enumerable.Range(1, units - 1).Select(i => new StockGrab(new UserId($"user-{i}"), new OrderId(i))).Chunk(StockStore.MaxBatch))
        {
            await _stock.GrabAsync(bucket, batch, expectedEpoch: 0, minVersion: 0);
        }

        GrabResult last = await _coalescer!.GrabAsync(bucket, new StockGrab(new UserId("last"), new OrderId(units)));
        long toldAt = TimeProvider.System.GetTimestamp();
        if (last.Outcome is not GrabOutcome.Reserved)
        {
            throw new InvalidOperationException($"The last unit was not sold: {last.Outcome}.");
        }

        TimeSpan[] times = await Task.WhenAll(_boards.Skip(1).Select(board => KnownAsync(board, bucket, toldAt, stop)));
        _boards.ForEach(board => board.Forget(_ => false));
        return times;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SoldOutBoard board in _boards)
        {
            await board.StopAsync(CancellationToken.None);
            board.Dispose();
        }

        _connections.ForEach(connection => connection.Dispose());
        await _redis.DisposeAsync();
        _directory.Dispose();
    }

    private static StockSegments SegmentsOf(StockBucket bucket) => new(bucket.Sale, bucket.Sku, 1);

    // Each millisecond: to look without a pause would take the processor from those who are measured.
    private static async Task<TimeSpan> KnownAsync(SoldOutBoard board, StockBucket bucket, long from, CancellationToken stop)
    {
        while (!board.TryAnswer(bucket, new UserId("nobody"), out _))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), stop);
        }

        return TimeProvider.System.GetElapsedTime(from);
    }

    private async Task AddAsync(CancellationToken stop)
    {
        RedisConnection connection = new(_redis.Endpoint, "sold-out-bench");
        RedisListener listener = new(Options.Create(new Connections { Redis = _redis.Endpoint }));
        StockStore stock = new(connection, Options.Create(new StockOptions()), TimeProvider.System);
        SoldOutBoard board = new(listener, stock, new SegmentStore(connection, Options.Create(new StockOptions()), TimeProvider.System), SegmentsOf, Grabs, TimeProvider.System, NullLogger<SoldOutBoard>.Instance);
        _connections.Add(connection);
        _connections.Add(listener);
        _boards.Add(board);
        await board.StartAsync(stop);
        if (_stock is null)
        {
            _stock = stock;
            _coalescer = new GrabCoalescer(stock, board, new GrabOutcomes(), Grabs, TimeProvider.System, NullLogger<GrabCoalescer>.Instance);
        }
    }
}
