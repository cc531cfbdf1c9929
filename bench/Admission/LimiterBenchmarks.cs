using System.Diagnostics.Metrics;
using System.Net;
using BenchmarkDotNet.Attributes;
using Seckill.Core.Admission;
using Seckill.Core.Ids;

namespace Seckill.Benchmarks.Admission;

/// <summary>What each limiter costs a grab that it lets through, and one that it refuses.</summary>
[MemoryDiagnoser]
public class LimiterBenchmarks : IDisposable
{
    private const int Users = 10_000;

    private readonly Meter _meter = new("bench");
    private readonly UserId[] _users = [.. Enumerable.Range(0, Users).Select(i => new UserId($"user-{i}"))];
    private readonly IPAddress _address = IPAddress.Parse("203.0.113.77");
    private readonly SlidingWindowLimiter<UserId> _open;
    private readonly SlidingWindowLimiter<UserId> _shut;
    private readonly LocalTokenBucket _node = new(new TokenRate(10_000_000, 10_000_000));
    private int _next;

    public LimiterBenchmarks()
    {
        Counter<long> uncounted = _meter.CreateCounter<long>("uncounted");
        _open = new SlidingWindowLimiter<UserId>(int.MaxValue, TimeSpan.FromSeconds(1), 200_000, uncounted, TimeProvider.System);
        _shut = new SlidingWindowLimiter<UserId>(1, TimeSpan.FromHours(1), 200_000, uncounted, TimeProvider.System);
        foreach (UserId user in _users)
        {
            _open.Count(user);
            _shut.Count(user);
        }
    }

    [Benchmark(Baseline = true)]
    public TimeSpan UserLetThrough() => _open.Count(_users[_next++ % Users]);

    [Benchmark]
    public TimeSpan UserRefused() => _shut.Count(_users[_next++ % Users]);

    [Benchmark]
    public ClientAddress AddressRead() => ClientAddress.Of(_address);

    [Benchmark]
    public TimeSpan NodeLetThrough() => _node.Take();

    public void Dispose()
    {
        _meter.Dispose();
        _node.Dispose();
    }
}
