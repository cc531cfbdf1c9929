using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Stock;

namespace Seckill.Benchmarks.Grab;

/// <summary>What the coalescer adds to a grab, with a stock that answers at once: alone, and as one of 64 that come together.</summary>
[MemoryDiagnoser]
public class CoalescerBenchmarks
{
    private static readonly StockBucket Bucket = new(new SaleId(1), new SkuId("phone"));

    private readonly StockGrab _grab = new(new UserId("user-123456"), new OrderId(500_000_000_000_123_456));
    private readonly Task<GrabResult>[] _crowd = new Task<GrabResult>[64];
    private readonly GrabCoalescer _coalescer = new(DecideAsync, static (_, _) => { }, new GrabOutcomes(), new GrabOptions { MaxWitnessed = 0 }, TimeProvider.System, NullLogger.Instance);

    [Benchmark(Baseline = true)]
    public Task<GrabResult> Lone() => _coalescer.GrabAsync(Bucket, _grab);

    [Benchmark(OperationsPerInvoke = 64)]
    public Task Together()
    {
        for (int i = 0; i < _crowd.Length; i++)
        {
            _crowd[i] = _coalescer.GrabAsync(Bucket, _grab);
        }

        return Task.WhenAll(_crowd);
    }

    private static Task<StockReply> DecideAsync(StockBucket bucket, ReadOnlyMemory<StockGrab> grabs, long expectedEpoch, long minVersion, StockAsk ask)
    {
        StockDecision[] decisions = new StockDecision[grabs.Length];
        Array.Fill(decisions, new StockDecision(StockAnswer.Reserved, new OrderId(1)));
        return Task.FromResult(new StockReply(StockStatus.Decided, 1, 1, 1, decisions));
    }
}
