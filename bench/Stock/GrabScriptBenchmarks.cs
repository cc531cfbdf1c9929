using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Local;
using Seckill.Local.Servers;

namespace Seckill.Benchmarks.Stock;

/// <summary>One call of <c>grab.lua</c> on a real Redis, by the number of grabs in it; each grab is another user's, and wins.</summary>
[MemoryDiagnoser]
[SuppressMessage("Design", "CA1001", Justification = "The clean-up that the benchmark runner calls disposes of them.")]
public class GrabScriptBenchmarks
{
    private static readonly StockBucket Bucket = new(new SaleId(1), new SkuId("phone"));

    private readonly TemporaryDirectory _directory = new();
    private RedisServer? _server;
    private RedisConnection? _redis;
    private StockStore? _stock;
    private StockGrab[] _grabs = [];
    private long _order;

    [Params(1, 16, 64, 256)]
    public int Batch { get; set; }

    [GlobalSetup]
    public async Task StartAsync()
    {
        _server = new RedisServer(new RedisServerOptions { Directory = _directory.Combine($"redis-{Batch}") });
        await _server.StartAsync();
        _redis = new RedisConnection(_server.Endpoint, "bench");
        _stock = new StockStore(_redis, Options.Create(new StockOptions { MaxOutboxLength = 1_000_000, CallTimeout = TimeSpan.FromSeconds(30) }), TimeProvider.System);
        await _stock.WarmAsync(Bucket, int.MaxValue, limit: 1, epoch: 1, mayCreate: true);
        _grabs = new StockGrab[Batch];
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        _redis!.Dispose();
        await _server!.DisposeAsync();
        _directory.Dispose();
    }

    [Benchmark]
    public Task<StockReply> DecideAsync()
    {
        for (int i = 0; i < _grabs.Length; i++)
        {
            _order++;
            _grabs[i] = new StockGrab(new UserId($"user-{_order}"), new OrderId(_order));
        }

        return _stock!.GrabAsync(Bucket, _grabs, expectedEpoch: 1, minVersion: 0);
    }
}
