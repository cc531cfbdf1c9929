using BenchmarkDotNet.Attributes;
using Seckill.Core.Ids;

namespace Seckill.Benchmarks.Ids;

/// <summary>What one order id costs.</summary>
[MemoryDiagnoser]
public class SnowflakeIdsBenchmarks
{
    private readonly SnowflakeIds _ids = new(new FixedWorker(), new FastClock());

    private readonly UserId _user = new("user-123456");

    [Benchmark(Baseline = true)]
    public long Next() => _ids.Next(17);

    [Benchmark]
    public int Shard() => UserShard.Of(_user);

    private sealed class FixedWorker : IWorkerIdSource
    {
        public WorkerIdGrant? Current { get; } = new(1);
    }

    /// <summary>Two milliseconds a call: keeps the 512-a-millisecond bound out of the measurement.</summary>
    private sealed class FastClock : TimeProvider
    {
        private long _ms = 1_790_000_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_ms += 2);
    }
}
