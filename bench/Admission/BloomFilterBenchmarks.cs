using BenchmarkDotNet.Attributes;
using Seckill.Core.Admission;

namespace Seckill.Benchmarks.Admission;

/// <summary>What the filter costs a grab: of a listed user, who goes on to Redis, and of a stranger, who does not.</summary>
[MemoryDiagnoser]
public class BloomFilterBenchmarks
{
    private readonly BloomFilter _filter = new(10_000, 0.001);

    public BloomFilterBenchmarks()
    {
        for (int i = 0; i < 10_000; i++)
        {
            _filter.Add($"user-{i}");
        }
    }

    [Benchmark(Baseline = true)]
    public bool Member() => _filter.MightContain("user-4711");

    [Benchmark]
    public bool Stranger() => _filter.MightContain("mallory-4711");
}
