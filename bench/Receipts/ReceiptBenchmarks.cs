using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Seckill.Core.Ids;
using Seckill.Core.Receipts;

namespace Seckill.Benchmarks.Receipts;

/// <summary>What the receipt of one grab costs: signed by the Api and by the relay, verified by the intake.</summary>
[MemoryDiagnoser]
public class ReceiptBenchmarks
{
    private readonly ReceiptSigner _signer = new(Ring());
    private readonly Receipt _receipt = new(new OrderId(7_123_456_789_012_345_678), new SaleId(7_123_456_789_000_000_000), new SkuId("phone-15"), new UserId("user-123456"), 0, 1, 12_345);

    private readonly string _signed;

    public ReceiptBenchmarks()
    {
        _signed = _signer.Sign(_receipt);
    }

    [Benchmark(Baseline = true)]
    public string Sign() => _signer.Sign(_receipt);

    [Benchmark]
    public ReceiptFault Verify() => _signer.Verify(_signed, out _);

    private static ReceiptKeys Ring()
    {
        ReceiptOptions options = new();
        options.Keys.Add("the key of this benchmark, long enough");
        return new ReceiptKeys(Options.Create(options));
    }
}
