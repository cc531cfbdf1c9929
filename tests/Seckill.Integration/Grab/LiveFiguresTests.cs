using Seckill.Core.Grab;
using Seckill.Core.Live;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Grab;

/// <summary>The cockpit's seconds on a real Redis.</summary>
public sealed class LiveFiguresTests
{
    [Fact]
    public async Task GrabsOfTwoNodes_MeetInTheSecondsOfTheirSale()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await using GrabNode other = await node.StartAnotherAsync();
        Sale sale = await node.OpenSaleAsync(2);
        Sale idle = await node.OpenSaleAsync(2);
        await other.SeesAsync(sale);
        (await node.GrabAsync(sale, "alice")).Outcome.ShouldBe(GrabOutcome.Reserved);
        (await other.GrabAsync(sale, "bob")).Outcome.ShouldBe(GrabOutcome.Reserved);
        (await other.GrabAsync(sale, "carol")).Outcome.ShouldBe(GrabOutcome.SoldOut);
        node.Get<GrabLatencies>().Count(TimeSpan.FromMilliseconds(1));
        other.Get<GrabLatencies>().Count(TimeSpan.FromMilliseconds(300));

        LiveFigures live = node.Get<LiveFigures>();
        LiveSpan span = await live.ReadAsync(sale.Id, 0);
        await Eventually.TrueAsync(async () =>
        {
            span = await live.ReadAsync(sale.Id, 0);
            return Sum(span, GrabOutcome.Reserved) == 2 && Sum(span, GrabOutcome.SoldOut) == 1 && span.Latencies.Sum(counts => counts.Sum()) == 2;
        });

        span.Seconds.ShouldBe(LiveFigures.MaxSeconds);
        span.Latencies.Sum(counts => counts[LatencyBuckets.IndexOf(TimeSpan.FromMilliseconds(300))]).ShouldBe(1);
        (await live.ReadAsync(idle.Id, 0)).Grabs.ShouldBeEmpty();
    }

    [Fact]
    public async Task AskedAfterASecond_TellsWhatCameAfterIt_AndNoMoreThanIsKept()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(1);
        LiveFigures live = node.Get<LiveFigures>();
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        foreach ((long ago, long count) in ((long, long)[])[(700, 1), (50, 2), (49, 4), (40, 8)])
        {
            await live.AddGrabsAsync(now - ago, sale.Id, [(GrabOutcome.Reserved, count)]);
        }

        Sum(await live.ReadAsync(sale.Id, 0), GrabOutcome.Reserved).ShouldBe(14);
        LiveSpan since = await live.ReadAsync(sale.Id, now - 50);
        since.From.ShouldBe(now - 49);
        since.Grabs[GrabOutcome.Reserved].Length.ShouldBe(since.Seconds);
        since.Grabs[GrabOutcome.Reserved][..10].ShouldBe([4, 0, 0, 0, 0, 0, 0, 0, 0, 8]);
        (await live.ReadAsync(sale.Id, long.MaxValue - 1)).Seconds.ShouldBe(0);
    }

    [Fact]
    public async Task WhatIsKept_Expires()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(10);
        await node.GrabAsync(sale, "alice");
        node.Get<GrabLatencies>().Count(TimeSpan.FromMilliseconds(1));

        IDatabase database = node.Get<RedisConnection>().Database;
        RedisKey[] keys = [];
        await Eventually.TrueAsync(async () => (keys = [.. ((RedisResult[])(await database.ExecuteAsync("KEYS", "seckill:live:*"))!).Select(key => (RedisKey)(string)key!)]).Length >= 2);

        foreach (RedisKey key in keys)
        {
            // The expiry follows the counts by a moment.
            await Eventually.TrueAsync(async () => await database.KeyTimeToLiveAsync(key) is { } left && left <= LiveKeys.Lifetime);
        }
    }

    private static long Sum(LiveSpan span, GrabOutcome outcome) => span.Grabs.TryGetValue(outcome, out long[]? counts) ? counts.Sum() : 0;
}
