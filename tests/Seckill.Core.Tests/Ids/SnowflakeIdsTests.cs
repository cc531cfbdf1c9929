using System.Collections.Concurrent;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Ids;

public sealed class SnowflakeIdsTests
{
    private readonly SteppingTime _time = new();

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

    [Theory]
    [InlineData(1)]
    [InlineData(SnowflakeIds.MaxStepBackMs)]
    public void ClockStepsBackALittle_WaitsForIt_AndIdsStillGrow(int ms)
    {
        SnowflakeIds ids = new(new FixedWorker(1), _time);
        long before = ids.Next();
        _time.Step(TimeSpan.FromMilliseconds(-ms));
        _time.PerReading = TimeSpan.FromMicroseconds(100);

        long next = ids.Next();

        SnowflakeIds.TimeOf(next).ShouldBeGreaterThanOrEqualTo(SnowflakeIds.TimeOf(before));
        next.ShouldBeGreaterThan(before);
    }

    [Theory]
    [InlineData(SnowflakeIds.MaxStepBackMs + 1)]
    [InlineData(300_000)]
    public void ClockStepsFarBack_RefusesByName_UntilItHasCaughtUp(int ms)
    {
        SnowflakeIds ids = new(new FixedWorker(1), _time);
        long before = ids.Next();

        _time.Step(TimeSpan.FromMilliseconds(-ms));
        Should.Throw<IdsUnavailableException>(() => ids.Next()).Message.ShouldContain($"stepped back by {ms} ms");
        _time.Advance(TimeSpan.FromMilliseconds(ms - 1));
        Should.Throw<IdsUnavailableException>(() => ids.Next());
        _time.Advance(TimeSpan.FromMilliseconds(1));

        ids.Next().ShouldBeGreaterThan(before);
    }

    [Fact]
    public void ClockStepsBackWhileNobodyAsks_TheStepIsMeasuredByTheMonotonicClock()
    {
        SnowflakeIds ids = new(new FixedWorker(1), _time);
        ids.Next();

        // The clock shows 1 ms less than before, which looks like little; but 299 ms have gone by.
        _time.Advance(TimeSpan.FromMilliseconds(299));
        _time.Step(TimeSpan.FromMilliseconds(-300));

        Should.Throw<IdsUnavailableException>(() => ids.Next()).Message.ShouldContain("stepped back by 300 ms");
    }

    [Fact]
    public void ClockStoodStillForAnHourThenStepsForward_IdsGoOn()
    {
        SnowflakeIds ids = new(new FixedWorker(1), _time);
        long before = ids.Next();

        _time.Step(TimeSpan.FromHours(1));

        ids.Next().ShouldBeGreaterThan(before);
    }

    [Fact]
    public void Burst_RunsAheadOfTheClock_UpToItsBound_AndIsNoStepBack()
    {
        SnowflakeIds ids = new(new FixedWorker(1), _time);
        long last = 0;
        int made = 0;

        IdsUnavailableException refusal = Should.Throw<IdsUnavailableException>(() =>
        {
            while (true)
            {
                long next = ids.Next();
                next.ShouldBeGreaterThan(last);
                last = next;
                made++;
            }
        });

        made.ShouldBe((SnowflakeIds.MaxDriftMs + 1) * 512);
        refusal.Message.ShouldContain("ahead of the clock");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        ids.Next().ShouldBeGreaterThan(last);
    }

    [Fact]
    public void Grant_BoundsTheTimesOfIds()
    {
        long nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        SnowflakeIds ids = new(new FixedWorker(new WorkerIdGrant(7, AfterMs: nowMs + 3, UntilMs: nowMs + 5)), _time);

        List<long> made = [];
        Should.Throw<IdsUnavailableException>(() =>
        {
            while (true)
            {
                made.Add(ids.Next());
            }
        }).Message.ShouldContain("lease");

        // Two whole milliseconds: the one after the former holder's last, and the last of this one's.
        made.Count.ShouldBe(2 * 512);
        made.ShouldAllBe(id => SnowflakeIds.WorkerOf(id) == 7);
        SnowflakeIds.TimeOf(made[0]).ToUnixTimeMilliseconds().ShouldBe(nowMs + 4);
        SnowflakeIds.TimeOf(made[^1]).ToUnixTimeMilliseconds().ShouldBe(nowMs + 5);
    }

    [Fact]
    public void NoWorkerId_Refuses() =>
        Should.Throw<IdsUnavailableException>(() => new SnowflakeIds(new FixedWorker(null), _time).Next());

    [Theory]
    [InlineData(-1)]
    [InlineData(64)]
    public void ShardOutOfRange_IsAnArgumentError(int shard) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new SnowflakeIds(new FixedWorker(1), _time).Next(shard));

    private sealed record FixedWorker(WorkerIdGrant? Current) : IWorkerIdSource
    {
        public FixedWorker(int worker)
            : this(new WorkerIdGrant(worker))
        {
        }
    }
}
