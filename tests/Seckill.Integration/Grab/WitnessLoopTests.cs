using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Seckill.Core.Grab;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Grab;

/// <summary>Goal: what an Api node has promised is written down elsewhere as soon as Redis may have forgotten it, with nobody else's help. No Worker runs here, MySQL and Kafka lead nowhere.</summary>
public sealed class WitnessLoopTests
{
    [Fact]
    public async Task RedisComesBackEmpty_TheNodeTestifiesToAllItsWinners()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(units: 10);
        WitnessedWinner[] told = [await WinAsync(node, sale, "alice"), await WinAsync(node, sale, "bob")];
        await LookedAtAsync(node);

        await node.Redis.KillAsync();
        await node.Redis.StartAsync();

        await LaidDownAsync(node, sale, told);
    }

    /// <summary>What nobody settles, for the sale was over long ago, must not stay in Redis for ever; what a Worker may still come for must.</summary>
    [Fact]
    public async Task Testimony_OutlivesTheLongestWatch_AndThenExpires()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(units: 10);
        WitnessedWinner told = await WinAsync(node, sale, "alice");
        await LookedAtAsync(node);
        await node.Redis.KillAsync();
        await node.Redis.StartAsync();
        await LaidDownAsync(node, sale, told);

        TimeSpan? left = await node.Get<RedisConnection>().Database.KeyTimeToLiveAsync(node.Keys(sale).Testimony);

        left.ShouldNotBeNull();
        left.Value.ShouldBeGreaterThan(LongestWatch());
        left.Value.ShouldBeLessThanOrEqualTo(TestimonyStore.KeepFor);
    }

    /// <summary>Nothing is lost here, but a recovery has begun: it is to find the testimony before it opens, also that of an answer which came when the fence stood already.</summary>
    [Fact]
    public async Task BucketIsFenced_WinnersOfTheLifeThatEnds_AreTestifiedTo_AndNoOthers()
    {
        await using GrabNode node = await GrabNode.StartAsync(RedisPersistence.Always);
        Sale sale = await node.OpenSaleAsync(units: 10);
        WitnessedWinner alice = await WinAsync(node, sale, "alice");
        StockBucket bucket = sale.BucketOf(sale.Items[0]);

        await new BucketRebuild(node.Get<RedisConnection>(), TimeProvider.System).FenceAsync(bucket, 2);
        await LaidDownAsync(node, sale, alice);
        await node.Get<TestimonyStore>().RemoveAsync(bucket, [alice]);
        await LookedAtAsync(node);

        (await node.Stock.LookAsync(bucket)).Testimony.ShouldBe(0, "once for each life is enough");
    }

    [Fact]
    public async Task LifeGoesOn_NobodyIsTestifiedTo()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        Sale sale = await node.OpenSaleAsync(units: 10);
        await WinAsync(node, sale, "alice");
        await LookedAtAsync(node);

        (await node.Stock.LookAsync(sale.BucketOf(sale.Items[0]))).Testimony.ShouldBe(0);
    }

    private static TimeSpan LongestWatch()
    {
        RangeAttribute range = typeof(RecoveryOptions).GetProperty(nameof(RecoveryOptions.WatchAfterEnd))!.GetCustomAttribute<RangeAttribute>()!;
        return TimeSpan.Parse((string)range.Maximum, CultureInfo.InvariantCulture);
    }

    private static async Task<WitnessedWinner> WinAsync(GrabNode node, Sale sale, string user)
    {
        GrabResult won = await node.GrabAsync(sale, user);
        won.Outcome.ShouldBe(GrabOutcome.Reserved);
        return new WitnessedWinner(new(user), won.Order, won.Epoch, won.Version, default);
    }

    private static async Task LaidDownAsync(GrabNode node, Sale sale, params WitnessedWinner[] told)
    {
        IReadOnlyList<WitnessedWinner> laid = [];
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                laid = await node.Get<TestimonyStore>().ReadAsync(sale.BucketOf(sale.Items[0]));
            }
            catch (Exception fault) when (fault is StackExchange.Redis.RedisException or TimeoutException)
            {
                return false; // Just coming back.
            }

            return laid.Count >= told.Length;
        });
        laid.Select(winner => winner with { At = default }).ShouldBe(told);
        laid.ShouldAllBe(winner => winner.At > DateTimeOffset.UnixEpoch);
    }

    // Nothing else here asks for the length of a hash, so Redis' count of that command tells how often the loop has looked: at the second one from now, a whole look lies behind us.
    private static async Task LookedAtAsync(GrabNode node)
    {
        long before = await LooksAsync(node);
        await Eventually.TrueAsync(async () => await LooksAsync(node) >= before + 2);
    }

    private static async Task<long> LooksAsync(GrabNode node)
    {
        string stats = await node.Redis.SendAsync("INFO", "commandstats");
        string? line = stats.Split('\n').FirstOrDefault(line => line.StartsWith("cmdstat_hlen:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split("calls=")[1].Split(',')[0]);
    }
}
