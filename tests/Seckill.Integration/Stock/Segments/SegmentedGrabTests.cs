using System.Collections.Concurrent;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Outbox;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Integration.Grab;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Stock.Segments;

/// <summary>The whole grab path of several Api nodes over a real Redis Cluster of three masters.</summary>
public sealed class SegmentedGrabTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly RedisCluster _cluster;

    public SegmentedGrabTests() => _cluster = new RedisCluster(folder => new() { Directory = _directory.Combine(folder) });

    public async ValueTask InitializeAsync() => await _cluster.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task ACrowdOnTwoNodes_MoreUsersThanUnits_EveryUnitIsSoldOnce_AndEverybodyElseHearsSoldOut()
    {
        const int units = 301;
        const int users = 3_000;
        await using GrabNode node = await GrabNode.StartOnAsync(_cluster, GrabNode.Patient);
        await using GrabNode other = await node.StartAnotherAsync(GrabNode.Patient);
        Sale sale = await node.OpenSaleAsync(units, buckets: 7);
        await other.SeesAsync(sale);
        StockSegments segments = sale.SegmentsOf(sale.Items[0]);
        (await Task.WhenAll(segments.Everything.Select(bucket => _cluster.NodeOfAsync(new StockKeys(bucket).Stock!)))).Distinct().Count().ShouldBe(3, "the SKU lies on all nodes");

        GrabResult[] results = await Task.WhenAll(Enumerable.Range(0, users).Select(i => (i % 2 == 0 ? node : other).GrabAsync(sale, $"user-{i}").AsTask()));

        results.CountBy(result => result.Outcome).ToDictionary().ShouldBe(
            new Dictionary<GrabOutcome, int> { [GrabOutcome.Reserved] = units, [GrabOutcome.SoldOut] = users - units }, ignoreOrder: true);
        await AuditAsync(node, segments, [.. results.Where(result => result.Outcome is GrabOutcome.Reserved).Select(result => result.Order)]);

        // Each buyer hears of the order held, and nobody gets a second one.
        GrabResult[] again = await Task.WhenAll(Enumerable.Range(0, users).Select(i => node.GrabAsync(sale, $"user-{i}").AsTask()));
        again.Zip(results).ShouldAllBe(pair => pair.Second.Outcome == GrabOutcome.Reserved
            ? pair.First.Outcome == GrabOutcome.AlreadyGrabbed && pair.First.Order == pair.Second.Order
            : pair.First.Outcome == GrabOutcome.SoldOut);
    }

    /// <summary>Engines that map a user to one bucket for good tell him "sold out" while the others still have units.</summary>
    [Fact]
    public async Task AUnitThatReturnsToOneBucket_IsSoldToAUserOfAnother()
    {
        await using GrabNode node = await GrabNode.StartOnAsync(_cluster, GrabNode.Patient);
        Sale sale = await node.OpenSaleAsync(2, buckets: 4);
        StockSegments segments = sale.SegmentsOf(sale.Items[0]);
        SoldOutBoard board = node.Get<SoldOutBoard>();
        (await node.GrabAsync(sale, "alice")).Outcome.ShouldBe(GrabOutcome.Reserved);
        GrabResult bob = await node.GrabAsync(sale, "bob");
        bob.Outcome.ShouldBe(GrabOutcome.Reserved);
        UserId late = Enumerable.Range(0, 100).Select(i => new UserId($"late-{i}")).First(user => segments.BucketOf(user) != segments.BucketOf(new UserId("bob")));
        (await node.GrabAsync(sale, late.Value)).Outcome.ShouldBe(GrabOutcome.SoldOut);
        await Eventually.TrueAsync(() => board.TryAnswer(segments.BucketOf(late), late, out _));

        await node.Stock.ReleaseAsync(segments.BucketOf(new UserId("bob")), new UserId("bob"), bob.Order);

        await Eventually.TrueAsync(() => !board.TryAnswer(segments.BucketOf(late), late, out _));
        (await node.GrabAsync(sale, late.Value)).Outcome.ShouldBe(GrabOutcome.Reserved);
    }

    /// <summary>Somebody else's units may lie on a node that is away: nobody may be told that there are none.</summary>
    [Fact]
    public async Task ANodeIsAway_ItsUsersAreRefused_NobodyHearsSoldOut_AndTheRestIsSoldWhenItIsBack()
    {
        await using GrabNode node = await GrabNode.StartOnAsync(_cluster, new Dictionary<string, string?> { ["Seckill:Stock:CallTimeout"] = "00:00:00.200", ["Seckill:Grab:AskAgainFor"] = "00:00:00" });
        Sale sale = await node.OpenSaleAsync(40, buckets: 6);
        StockSegments segments = sale.SegmentsOf(sale.Items[0]);
        RedisServer away = await _cluster.NodeOfAsync(new StockKeys(segments.Pool).Stock!);
        ConcurrentBag<GrabOutcome> outcomes = [];
        away.Pause();

        await Parallel.ForAsync(0, 60, async (i, _) => outcomes.Add((await node.GrabAsync(sale, $"early-{i}")).Outcome));

        outcomes.ShouldNotContain(GrabOutcome.SoldOut);
        outcomes.ShouldContain(GrabOutcome.Reserved, "the other nodes sell what their buckets have");
        away.Resume();
        int late = 0;
        await Eventually.TrueAsync(async () => (await node.GrabAsync(sale, $"late-{late++}")).Outcome is GrabOutcome.SoldOut);
        SegmentsLook look = await node.Get<SegmentStore>().LookAsync(segments);
        look.HasNothing.ShouldBeTrue();
        look.Buckets.Sum(bucket => bucket!.Total).ShouldBe(40);
    }

    /// <summary>The independent ledger: buyers and outboxes of all buckets name exactly those who were told, and no unit is anywhere else.</summary>
    private static async Task AuditAsync(GrabNode node, StockSegments segments, HashSet<OrderId> told)
    {
        SegmentsLook look = await node.Get<SegmentStore>().LookAsync(segments);
        look.HasNothing.ShouldBeTrue();
        look.Buckets.Sum(bucket => bucket!.Total).ShouldBe(told.Count);
        HashSet<OrderId> held = [];
        HashSet<OrderId> sent = [];
        foreach (StockBucket bucket in segments.All)
        {
            foreach ((string user, string orders) in (await node.Stock.ReadBuyersAsync(bucket, maxBuyers: 10_000))!)
            {
                segments.BucketOf(new UserId(user)).ShouldBe(bucket);
                held.Add(HeldOrders.Parse(orders).ShouldHaveSingleItem().Order).ShouldBeTrue();
            }

            // As the relay reads it: the first call makes the group. Each stream lies on the node of its bucket.
            OutboxStream outbox = new(node.Get<RedisConnection>(), bucket, "audit");
            await outbox.ReadAsync(1);
            IReadOnlyList<RawOutboxEntry> entries = await outbox.ReadAsync(10_000);
            sent.UnionWith(entries.SelectMany(entry => entry.Parse(bucket).Winners).Select(winner => winner.Order));
            await outbox.RemoveAsync([.. entries.Select(entry => entry.Id), "0-1"]);
            (await outbox.MeasureAsync()).Length.ShouldBe(0);
        }

        held.SetEquals(told).ShouldBeTrue();
        sent.SetEquals(told).ShouldBeTrue();
        (await node.Get<RedisConnection>().RunAsync(db => db.SetLengthAsync(StockKeys.Directory))).ShouldBe(segments.Buckets + 1);
    }
}
