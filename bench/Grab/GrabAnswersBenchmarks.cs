using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Seckill.Api.Contracts;
using Seckill.Api.Grabs;
using Seckill.Core.Ids;
using Seckill.Core.Receipts;

namespace Seckill.Benchmarks.Grab;

/// <summary>The body of an acceptance, receipt included: put together from parts that are made beforehand, against the serializer.</summary>
[MemoryDiagnoser]
public class GrabAnswersBenchmarks : IDisposable
{
    private readonly byte[] _buffer = new byte[GrabAnswers.MaxAcceptedBytes];
    private readonly Receipt _receipt = new(new OrderId(500_000_000_000_123_456), new SaleId(500_000_000_000_000_001), new SkuId("phone-15"), new UserId("user-123456"), 0, 1, 4711);
    private readonly ReceiptKeys _keys;
    private readonly ReceiptSigner _signer;
    private readonly GrabAnswers _answers;

    public GrabAnswersBenchmarks()
    {
        ReceiptOptions options = new();
        options.Keys.Add("the key of this benchmark, long enough");
        _keys = new ReceiptKeys(Options.Create(options));
        _signer = new ReceiptSigner(_keys);
        _answers = new GrabAnswers(_signer);
    }

    [Benchmark(Baseline = true)]
    public int PutTogether() => _answers.WriteAccepted(_receipt, _buffer);

    [Benchmark]
    public byte[] Serialized() => JsonSerializer.SerializeToUtf8Bytes(
        new GrabView(_receipt.Order, "reserved", _receipt.Sale, _receipt.Sku, _receipt.ReservedAt, _signer.Sign(_receipt)), JsonSerializerOptions.Web);

    public void Dispose() => _keys.Dispose();
}
