using System.Collections.Concurrent;
using Seckill.Core.Locking;
using Seckill.Core.Redis;
using Seckill.Integration.Grab;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Locking;

/// <summary>Goal: one holder at a time, and tokens that rise, whatever happens to fewer than half of the instances. Method: real servers, stopped, paused and emptied.</summary>
public sealed class RedlockTests
{
    private const string Resource = "job";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task ManyContenders_OneHolderAtATime_AndEachTokenIsHigher(int servers)
    {
        await using LockCluster cluster = await LockCluster.StartAsync(servers, TimeSpan.FromSeconds(5));
        ConcurrentQueue<long> tokens = new();
        int inside = 0;
        int together = 0;

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            Redlock node = cluster.Node();
            for (int round = 0; round < 5; round++)
            {
                await using HeldLock held = await node.AcquireAsync(Resource, Patience());
                if (Interlocked.Increment(ref inside) > 1)
                {
                    Interlocked.Increment(ref together);
                }

                tokens.Enqueue(held.Token.Value);
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
        }));

        together.ShouldBe(0);
        tokens.Count.ShouldBe(30);
        tokens.ShouldBe(tokens.Distinct().Order());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task MinorityDownThenPaused_LockIsTakenKeptAndPassedOn(int servers)
    {
        await using LockCluster cluster = await LockCluster.StartAsync(servers);
        Redlock one = cluster.Node();
        Redlock other = cluster.Node();
        List<RedisServer> minority = cluster.Servers[..cluster.Minority];
        await Task.WhenAll(minority.Select(server => server.KillAsync()));

        HeldLock first = await one.AcquireAsync(Resource, Patience());
        (await other.TryAcquireAsync(Resource)).ShouldBeNull();
        await first.DisposeAsync();
        await Task.WhenAll(minority.Select(server => server.StartAsync()));
        List<RedisServer> paused = cluster.Servers[^cluster.Minority..];
        paused.ForEach(server => server.Pause());

        // The ones that came back empty are not old enough to vote, and the paused ones are silent: no majority, hence no lock.
        (await other.TryAcquireAsync(Resource)).ShouldBeNull();
        await using HeldLock second = await other.AcquireAsync(Resource, Patience());
        second.Token.Value.ShouldBeGreaterThan(first.Token.Value);
        (await one.TryAcquireAsync(Resource)).ShouldBeNull();
        paused.ForEach(server => server.Resume());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task MajorityDown_NoLock_AndAHeldOneIsLost(int servers)
    {
        await using LockCluster cluster = await LockCluster.StartAsync(servers);
        Redlock node = cluster.Node();
        await using HeldLock held = await node.AcquireAsync(Resource, Patience());

        await Task.WhenAll(cluster.Servers[cluster.Minority..].Select(server => server.KillAsync()));

        await Eventually.TrueAsync(() => held.Lost.IsCancellationRequested);
        held.IsHeld.ShouldBeFalse();
        (await node.TryAcquireAsync(Resource)).ShouldBeNull();
    }

    [Fact]
    public async Task OneInstanceForgets_NobodyElseGetsIn_AndTheHolderTeachesIt()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(3, TimeSpan.FromSeconds(9));
        Redlock other = cluster.Node();
        // Held by two of three; then one of the two forgets. Its vote and the third's would be a majority for another holder.
        await cluster.Servers[2].KillAsync();
        await using HeldLock held = await cluster.Node().AcquireAsync(Resource, Patience());
        await cluster.Servers[2].StartAsync();
        await cluster.Servers[1].KillAsync();
        await cluster.Servers[1].StartAsync();

        (await other.TryAcquireAsync(Resource)).ShouldBeNull();
        await OwnerIsKnownAsync(cluster.Servers[1]);
        await OwnerIsKnownAsync(cluster.Servers[2]);
        held.IsHeld.ShouldBeTrue();
        (await other.TryAcquireAsync(Resource)).ShouldBeNull();
    }

    [Fact]
    public async Task EachInstanceForgetsInTurn_TokensRise_WithAClockThatStandsStill()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(3, TimeSpan.FromSeconds(3));
        StoppedClock clock = new();
        Redlock node = cluster.Node(clock);
        long last = 0;
        for (int round = 0; round < 6; round++)
        {
            await using (HeldLock held = await node.AcquireAsync(Resource, Patience()))
            {
                held.Token.Value.ShouldBeGreaterThan(last);
                last = held.Token.Value;
                foreach (RedisServer server in cluster.Servers)
                {
                    // One fault at a time: the one that forgot last has been taught before the next one forgets.
                    await KnowsAsync(server, async db => (long)await db.StringGetAsync(new LockKeys(Resource).Token) == last);
                }
            }

            RedisServer forgets = cluster.Servers[round % 3];
            await forgets.KillAsync();
            await forgets.StartAsync();
        }
    }

    [Fact]
    public async Task AllForget_TokensStillRise()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(3, TimeSpan.FromMilliseconds(500));
        Redlock node = cluster.Node();
        HeldLock before = await node.AcquireAsync(Resource, Patience());
        await before.DisposeAsync();

        await Task.WhenAll(cluster.Servers.Select(server => server.KillAsync()));
        await Task.WhenAll(cluster.Servers.Select(server => server.StartAsync()));

        await using HeldLock after = await node.AcquireAsync(Resource, Patience());
        after.Token.Value.ShouldBeGreaterThan(before.Token.Value);
    }

    [Fact]
    public async Task TheOnlyRedisForgets_TheHolderKeepsItsLock()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(1, TimeSpan.FromSeconds(9));
        await using HeldLock held = await cluster.Node().AcquireAsync(Resource, Patience());

        await cluster.Servers[0].KillAsync();
        await cluster.Servers[0].StartAsync();

        (await cluster.Node().TryAcquireAsync(Resource)).ShouldBeNull();
        await OwnerIsKnownAsync(cluster.Servers[0]);
        held.Lost.IsCancellationRequested.ShouldBeFalse();
    }

    [Theory]
    [InlineData(-5)]
    [InlineData(5)]
    public async Task WallClocksMinutesApart_NeitherMutualExclusionNorTokensMind(int minutes)
    {
        await using LockCluster cluster = await LockCluster.StartAsync(3);
        Redlock skewed = cluster.Node(new StoppedClock { Shift = TimeSpan.FromMinutes(minutes) });
        HeldLock first = await cluster.Node().AcquireAsync(Resource, Patience());
        (await skewed.TryAcquireAsync(Resource)).ShouldBeNull();
        await first.DisposeAsync();

        HeldLock second = await skewed.AcquireAsync(Resource, Patience());
        await second.DisposeAsync();
        await using HeldLock third = await cluster.Node().AcquireAsync(Resource, Patience());

        second.Token.Value.ShouldBeGreaterThan(first.Token.Value);
        third.Token.Value.ShouldBeGreaterThan(second.Token.Value);
    }

    [Fact]
    public async Task HolderWasPausedPastItsTime_KnowsAtOnce_AndItsReleaseDoesNotTouchTheNextHolder()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(3);
        JumpingTime time = new();
        HeldLock paused = await cluster.Node(time).AcquireAsync(Resource, Patience());
        paused.IsHeld.ShouldBeTrue();

        // As after SIGSTOP: the monotonic clock has moved on, no timer has fired yet, and the instances have let the lock expire.
        time.Jump += TimeSpan.FromSeconds(2);
        paused.IsHeld.ShouldBeFalse();
        await ForgetAsync(cluster);
        await using HeldLock next = await cluster.Node().AcquireAsync(Resource, Patience());
        await Eventually.TrueAsync(() => paused.Lost.IsCancellationRequested);
        await paused.DisposeAsync();

        next.IsHeld.ShouldBeTrue();
        (await cluster.Node().TryAcquireAsync(Resource)).ShouldBeNull();
    }

    [Fact]
    public async Task Held_ItsTimeBeginsAnewAgainAndAgain()
    {
        await using LockCluster cluster = await LockCluster.StartAsync(1, TimeSpan.FromSeconds(9));
        await using HeldLock held = await cluster.Node().AcquireAsync(Resource, Patience());

        for (int i = 0; i < 2; i++)
        {
            await KnowsAsync(cluster.Servers[0], async db => await LeftAsync(db) < TimeSpan.FromSeconds(8));
            await KnowsAsync(cluster.Servers[0], async db => await LeftAsync(db) > TimeSpan.FromSeconds(8.5));
        }

        static async Task<TimeSpan?> LeftAsync(IDatabase db) => await db.KeyTimeToLiveAsync(new LockKeys(Resource).Owner);
    }

    private static CancellationToken Patience() => CancellationTokenSource.CreateLinkedTokenSource(
        TestContext.Current.CancellationToken, new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token).Token;

    private static Task OwnerIsKnownAsync(RedisServer server) => KnowsAsync(server, db => db.KeyExistsAsync(new LockKeys(Resource).Owner));

    private static async Task KnowsAsync(RedisServer server, Func<IDatabase, Task<bool>> question)
    {
        using RedisConnection connection = new(server.Endpoint, "lock-tests");
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await connection.RunAsync(question);
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                return false;
            }
        });
    }

    private static async Task ForgetAsync(LockCluster cluster)
    {
        foreach (RedisServer server in cluster.Servers)
        {
            using RedisConnection connection = new(server.Endpoint, "lock-tests");
            await connection.RunAsync(db => db.KeyDeleteAsync(new LockKeys(Resource).Owner));
        }
    }

    /// <summary>A wall clock that stands still; monotonic time and timers are real.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        private readonly DateTimeOffset _now = System.GetUtcNow();

        public TimeSpan Shift { get; init; }

        public override DateTimeOffset GetUtcNow() => _now + Shift;
    }

    /// <summary>Real timers, but monotonic time can be moved on.</summary>
    private sealed class JumpingTime : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Jump.TotalSeconds * TimestampFrequency);
    }
}
