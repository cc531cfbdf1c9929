using System.Collections.Concurrent;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Ids;

public sealed class SnowflakeIdsTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Next_CarriesShardAndTime()
    {
        SnowflakeIds ids = new(new FixedWorker(200), _time);

        long id = ids.Next(shard: 63);

        id.ShouldBePositive();
        SnowflakeIds.ShardOf(id).ShouldBe(63);
        SnowflakeIds.TimeOf(id).ShouldBe(_time.GetUtcNow());
    }

    [Fact]
    public async Task ManyThreads_OneFrozenMillisecond_NoIdTwice()
    {
        SnowflakeIds ids = new(new FixedWorker(1), _time);
        ConcurrentBag<long> made = [];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                made.Add(ids.Next(i % SnowflakeIds.ShardCount));
            }
        })));

        made.Distinct().Count().ShouldBe(160_000);
    }

    [Fact]
    public void SameTick_DifferentShards_StillDiffer()
    {
        SnowflakeIds one = new(new FixedWorker(1), _time);
        SnowflakeIds other = new(new FixedWorker(2), _time);

        one.Next().ShouldNotBe(other.Next());
    }

    [Fact]
    public void ClockStepsBackALittle_IdsStillGrow()
    {
        SnowflakeIds ids = new(new FixedWorker(1), _time);
        long before = ids.Next();

        _time.Advance(TimeSpan.FromMilliseconds(-SnowflakeIds.MaxDriftMs));

        ids.Next().ShouldBeGreaterThan(before);
    }

    [Fact]
    public void ClockStepsFarBack_RefusesUntilItHasCaughtUp()
    {
        SnowflakeIds ids = new(new FixedWorker(1), _time);
        long before = ids.Next();

        _time.Advance(TimeSpan.FromMinutes(-5));
        Should.Throw<IdsUnavailableException>(() => ids.Next());
        _time.Advance(TimeSpan.FromMinutes(5));

        ids.Next().ShouldBeGreaterThan(before);
    }

    [Fact]
    public void NoWorkerId_Refuses() =>
        Should.Throw<IdsUnavailableException>(() => new SnowflakeIds(new FixedWorker(null), _time).Next());

    [Theory]
    [InlineData(-1)]
    [InlineData(64)]
    public void ShardOutOfRange_IsAnArgumentError(int shard) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new SnowflakeIds(new FixedWorker(1), _time).Next(shard));

    private sealed record FixedWorker(int? Current) : IWorkerIdSource;
}
