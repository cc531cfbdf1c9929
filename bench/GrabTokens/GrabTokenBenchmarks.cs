using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;

namespace Seckill.Benchmarks.GrabTokens;

/// <summary>What a grab token costs a node: to issue, to check with every grab, to check the work that was done for it.</summary>
[MemoryDiagnoser]
public class GrabTokenBenchmarks
{
    private readonly GrabTicket _ticket = new(new SaleId(7_123_456_789_000_000_000), new SkuId("phone-15"), new UserId("user-123456"));
    private readonly GrabTokenSigner _signer;
    private readonly ProofOfWork _work;
    private readonly string _token;
    private readonly string _challenge;

    public GrabTokenBenchmarks()
    {
        GrabTokenOptions options = new();
        options.Keys.Add("the key of this benchmark, long enough");
        IOptions<GrabTokenOptions> wrapped = Options.Create(options);
        GrabTokenKeys keys = new(wrapped);
        _signer = new GrabTokenSigner(keys, wrapped, TimeProvider.System);
        _work = new ProofOfWork(keys, wrapped, TimeProvider.System);
        // Read as expired after two minutes, which costs the same.
        _token = _signer.Issue(_ticket).Value;
        _challenge = _work.Ask(_ticket, 16).Text;
    }

    [Benchmark(Baseline = true)]
    public GrabTokenFault Verify() => _signer.Verify(_token, _ticket, out _);

    [Benchmark]
    public IssuedGrabToken Issue() => _signer.Issue(_ticket);

    [Benchmark]
    public ProofOfWorkFault CheckWork() => _work.Check(_challenge, 42, _ticket, out _);
}
