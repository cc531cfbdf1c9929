using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using Seckill.Core.Identity;
using Seckill.Core.Ids;

namespace Seckill.Benchmarks.Identity;

/// <summary>What checking a bearer token costs each request.</summary>
[MemoryDiagnoser]
public class AccessTokensBenchmarks : IDisposable
{
    private readonly AccessTokens _tokens;
    private readonly VerifiedTokens _verified;
    private readonly string _good;
    private readonly string _forged;

    public AccessTokensBenchmarks()
    {
        AuthOptions options = new() { Issuer = "seckill", Audience = "seckill" };
        options.Keys.Add(new SigningKey { Id = "k1", Secret = new string('s', 32) });
        _tokens = new AccessTokens(Options.Create(options), TimeProvider.System);
        _verified = new VerifiedTokens(_tokens, new TokenRevocations(), Options.Create(options), TimeProvider.System);
        _good = _tokens.Issue(new UserId("user-123456"), Roles.Buyer).Value;
        _forged = _good[..^4] + "AAAA";
    }

    [Benchmark(Baseline = true)]
    public TokenFault Good() => _tokens.Verify(_good, out _);

    [Benchmark]
    public TokenFault Remembered() => _verified.Verify(_good, out _);

    [Benchmark]
    public TokenFault Forged() => _tokens.Verify(_forged, out _);

    public void Dispose() => _tokens.Dispose();
}
