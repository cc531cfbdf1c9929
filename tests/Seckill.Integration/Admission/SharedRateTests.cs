using System.Net;
using Seckill.Core.Admission;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Integration.Grab;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Admission;

/// <summary>Limits that hold over nodes, on a real Redis. Every bound is in time by the server's clock, so it holds however slow the machine is.</summary>
public sealed class SharedRateTests
{
    // On a machine that is slow a limiter must not take Redis for away.
    private static readonly Dictionary<string, string?> Patient = new() { ["Seckill:Admission:RedisPatience"] = "00:00:02" };

    /// <summary>Two nodes whose clocks are a year apart, and run at other speeds: only their leases know those clocks, the rate is the server's.</summary>
    [Fact]
    public async Task TwoNodesWithOtherClocks_ShareOneRate()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        TokenRate rate = new(200, 40);
        SharedTokenBucket[] nodes = [redis.Node(rate), redis.Node(rate, time: new SkewedTime(TimeSpan.FromDays(365), speed: 3))];
        TimeSpan start = await redis.TimeAsync();
        int admitted = 0;

        while (await redis.TimeAsync() - start is var passed && (passed < TimeSpan.FromSeconds(1.5) || (admitted <= rate.Burst && passed < TimeSpan.FromSeconds(30))))
        {
            TimeSpan[] waits = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => nodes[i % 2].TakeAsync().AsTask()));
            admitted += waits.Count(wait => wait == TimeSpan.Zero);
        }

        double seconds = (await redis.TimeAsync() - start).TotalSeconds;
        ((double)admitted).ShouldBeLessThanOrEqualTo((rate.PerSecond * seconds) + rate.Burst);
        admitted.ShouldBeGreaterThan(rate.Burst);
    }

    [Fact]
    public async Task ANodeThatFallsSilent_HoldsNoMoreThanItsLease_AndTheOtherGetsTheRest()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        TokenRate rate = new(1, 1_000);
        // Clocks that stand still: no lease expires, however slow the machine is, and demand looks endless.
        SharedTokenBucket silent = redis.Node(rate, time: new SkewedTime(TimeSpan.Zero, speed: 0)), busy = redis.Node(rate, time: new SkewedTime(TimeSpan.Zero, speed: 0));
        int taken = 0;
        for (int i = 0; i < 300; i++)
        {
            taken += await silent.TakeAsync() == TimeSpan.Zero ? 1 : 0;
        }

        TimeSpan start = await redis.TimeAsync();
        int others = 0;
        while (await busy.TakeAsync() == TimeSpan.Zero)
        {
            others++;
        }

        taken.ShouldBe(300);
        others.ShouldBeGreaterThanOrEqualTo(1_000 - 300 - SharedTokenBucket.MaxLease(rate));
        others.ShouldBeLessThanOrEqualTo(700 + 1 + (int)(await redis.TimeAsync() - start).TotalSeconds);
    }

    [Fact]
    public async Task RedisKilled_TheShareHolds_AndAfterItsReturnTheWholeRateAgain()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        TokenRate rate = new(1, 40);
        SharedTokenBucket node = redis.Node(rate, nodes: 4);
        (await node.TakeAsync()).ShouldBe(TimeSpan.Zero);
        await redis.Server.KillAsync();

        int alone = 0;
        TimeSpan wait;
        while ((wait = await node.TakeAsync()) == TimeSpan.Zero)
        {
            alone++;
            alone.ShouldBeLessThan(40);
        }

        // A quarter of the burst, what a last lease held, and what came back meanwhile.
        alone.ShouldBeGreaterThanOrEqualTo(10);
        wait.ShouldBeInRange(TimeSpan.FromTicks(1), TimeSpan.FromSeconds(1));

        // It came back empty: a bucket that is forgotten is a full one. At one token a second nobody gets twenty-five of them within the deadline but from a burst. The node need not have heard the
        // answer to its first question when the key is there, so it is asked until it gives.
        await redis.Server.StartAsync();
        long returned = TimeProvider.System.GetTimestamp();
        int after = 0;
        while (after < 25)
        {
            after += await node.TakeAsync() == TimeSpan.Zero ? 1 : 0;
            TimeProvider.System.GetElapsedTime(returned).ShouldBeLessThan(TimeSpan.FromSeconds(15), $"{after} tokens");
            await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        (await redis.Server.SendAsync("EXISTS", RedisOnly.Key!)).ShouldBe("1");
    }

    [Fact]
    public async Task ScriptsFlushed_NoGrabNotices()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        SharedTokenBucket node = redis.Node(new TokenRate(1_000, 1_000));
        for (int i = 0; i < 20; i++)
        {
            (await node.TakeAsync()).ShouldBe(TimeSpan.Zero);
            await redis.FlushScriptsAsync();
        }

        (await redis.Db.KeyExistsAsync(RedisOnly.Key)).ShouldBeTrue();
    }

    [Fact]
    public async Task ASalesRate_HoldsOverTwoNodes_AndItsRefusalSaysWhenToComeAgain()
    {
        await using GrabNode first = await GrabNode.StartAsync(settings: Patient);
        await using GrabNode second = await first.StartAnotherAsync(Patient);
        Sale sale = await first.OpenSaleAsync(units: 100, admission: new SaleAdmission { RatePerSecond = 1, Burst = 4 });
        await Eventually.TrueAsync(() => second.Get<SaleCatalog>().Current.TryFind(sale.Id, out _));
        long start = TimeProvider.System.GetTimestamp();

        List<GrabResult> results = [];
        for (int i = 0; i < 20; i++)
        {
            results.Add(await (i % 2 == 0 ? first : second).GrabAsync(sale, $"user-{i}"));
        }

        int passed = (int)TimeProvider.System.GetElapsedTime(start).TotalSeconds + 1;
        results.Count(result => result.Outcome == GrabOutcome.Reserved).ShouldBeInRange(4, 4 + passed);
        results.ShouldAllBe(result => result.Outcome == GrabOutcome.Reserved || result.Outcome == GrabOutcome.ThrottledSale);
        results.Where(result => result.Outcome == GrabOutcome.ThrottledSale).ShouldAllBe(result => result.RetryAfter > TimeSpan.Zero && result.RetryAfter <= TimeSpan.FromSeconds(1));
        (await first.Get<RedisConnection>().Database.KeyTimeToLiveAsync(AdmissionKeys.SaleBucket(sale.Id))).ShouldNotBeNull();
    }

    [Fact]
    public async Task EachGate_HasARefusalOfItsOwn()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Seckill:Admission:UserLimit"] = "0",
            ["Seckill:Admission:IpLimit"] = "1",
            ["Seckill:Admission:IpWindow"] = "01:00:00",
            ["Seckill:Admission:NodeRatePerSecond"] = "1",
            ["Seckill:Admission:NodeBurst"] = "1",
        });
        Sale sale = await node.OpenSaleAsync(10);
        ClientAddress home = ClientAddress.Of(IPAddress.Parse("192.0.2.1"));

        (await node.GrabAsync(sale, "alice", home)).Outcome.ShouldBe(GrabOutcome.Reserved);
        (await node.GrabAsync(sale, "bob", home)).Outcome.ShouldBe(GrabOutcome.ThrottledIp);
        List<GrabResult> others = [];
        for (int i = 0; i < 20; i++)
        {
            others.Add(await node.GrabAsync(sale, $"user-{i}"));
        }

        others.ShouldContain(result => result.Outcome == GrabOutcome.ThrottledNode && result.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task ASharedUserLimit_HoldsOverTwoNodes_AndItsRefusalSaysWhenToComeAgain()
    {
        Dictionary<string, string?> settings = new(Patient) { ["Seckill:Admission:DistributedUserLimit"] = "3", ["Seckill:Admission:UserWindow"] = "01:00:00" };
        await using GrabNode first = await GrabNode.StartAsync(settings: settings);
        await using GrabNode second = await first.StartAnotherAsync(settings);
        Sale sale = await first.OpenSaleAsync(units: 100, limit: 10, new SaleAdmission { RatePerSecond = 1, Burst = 20 });
        await Eventually.TrueAsync(() => second.Get<SaleCatalog>().Current.TryFind(sale.Id, out _));

        List<GrabResult> results = [];
        for (int i = 0; i < 8; i++)
        {
            results.Add(await (i % 2 == 0 ? first : second).GrabAsync(sale, "alice"));
        }

        // An hour may begin in between, and then lets a few more in.
        results.Count(result => result.Outcome == GrabOutcome.Reserved).ShouldBeInRange(3, 6);
        results.ShouldContain(result => result.Outcome == GrabOutcome.Throttled && result.RetryAfter > TimeSpan.FromSeconds(1));
        TimeSpan? left = await first.Get<RedisConnection>().Database.KeyTimeToLiveAsync(AdmissionKeys.UserWindow(new UserId("alice")));
        left!.Value.ShouldBeInRange(TimeSpan.FromMinutes(110), TimeSpan.FromHours(2));
    }

    [Fact]
    public async Task TheSharedUserWindow_WithoutRedis_RefusesNobody_AndAsksAgain()
    {
        await using RedisOnly redis = await RedisOnly.StartAsync();
        AdmissionOptions options = new() { DistributedUserLimit = 1, UserWindow = TimeSpan.FromHours(1) };
        RedisAbsence absence = new(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        SharedUserWindow window = new(redis.Connect(), options, absence);
        UserId alice = new("alice");
        (await window.CountAsync(alice)).ShouldBe(TimeSpan.Zero);
        await redis.FlushScriptsAsync();
        await Eventually.TrueAsync(async () => await window.CountAsync(alice) > TimeSpan.Zero);

        await redis.Server.KillAsync();
        (await window.CountAsync(alice)).ShouldBe(TimeSpan.Zero);
        absence.IsAway.ShouldBeTrue();

        await redis.Server.StartAsync();
        await Eventually.TrueAsync(async () => await window.CountAsync(alice) > TimeSpan.Zero);
        absence.IsAway.ShouldBeFalse();
    }

    private sealed class SkewedTime(TimeSpan skew, int speed) : TimeProvider
    {
        public override long GetTimestamp() => skew.Ticks + (System.GetElapsedTime(0, System.GetTimestamp()).Ticks * speed);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
