using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Grab;

/// <summary>Goal: a node hears that the last unit went, and what it does when it does not hear. Method: two nodes on a real Redis; a node that has asked about a bucket has a lane for it.</summary>
public sealed class SoldOutMessageTests
{
    /// <summary>No poll comes while a test runs: what happens is due to messages and replies.</summary>
    private static readonly Dictionary<string, string?> NoPoll = new() { ["Seckill:Grab:BoardPollInterval"] = "00:00:10" };

    private static readonly Dictionary<string, string?> FastPoll = new() { ["Seckill:Grab:BoardPollInterval"] = "00:00:00.050" };

    [Fact]
    public async Task LastUnitGoes_TheOtherNodeRefusesFromMemory_WithoutHavingAsked()
    {
        await using SoldOutBench bench = await SoldOutBench.StartAsync(units: 2, NoPoll);
        (GrabNode node, GrabNode other, Sale sale, StockBucket bucket) = (bench.Node, await bench.StartOtherAsync(), bench.Sale, bench.Bucket);

        await node.GrabAsync(sale, "alice");
        other.Get<SoldOutBoard>().TryAnswer(bucket, new UserId("carol"), out _).ShouldBeFalse("a unit is left");
        GrabResult last = await node.GrabAsync(sale, "bob");

        await KnowsAsync(other, bucket);
        (await other.GrabAsync(sale, "carol")).Outcome.ShouldBe(GrabOutcome.SoldOut);
        (await other.GrabAsync(sale, "bob")).ShouldBe(new GrabResult(GrabOutcome.AlreadyGrabbed, last.Order));
        other.Get<GrabCoalescer>().LaneCount.ShouldBe(0, "it has asked Redis about no grab");
    }

    [Fact]
    public async Task AUnitReturns_BothNodesLift_AndWhoeverComesNextGetsIt()
    {
        await using SoldOutBench bench = await SoldOutBench.StartAsync(units: 1, NoPoll);
        (GrabNode node, GrabNode other, Sale sale, StockBucket bucket) = (bench.Node, await bench.StartOtherAsync(), bench.Sale, bench.Bucket);
        GrabResult first = await node.GrabAsync(sale, "alice");
        await Task.WhenAll(KnowsAsync(node, bucket), KnowsAsync(other, bucket));

        await node.Stock.ReleaseAsync(bucket, new UserId("alice"), first.Order);

        await Eventually.TrueAsync(() => !Knows(node, bucket) && !Knows(other, bucket));
        (await other.GrabAsync(sale, "bob")).Outcome.ShouldBe(GrabOutcome.Reserved);
        (await node.GrabAsync(sale, "carol")).Outcome.ShouldBe(GrabOutcome.SoldOut);
    }

    /// <summary>The node that took the last unit died before it told: the stock's own reply to the other node's first grab says so.</summary>
    [Fact]
    public async Task TheMessageIsLost_TheOtherNodeAsksOnce_AndThenRefusesFromMemory()
    {
        await using SoldOutBench bench = await SoldOutBench.StartAsync(units: 1, NoPoll);
        (GrabNode node, Sale sale, StockBucket bucket) = (bench.Node, bench.Sale, bench.Bucket);
        await node.Stock.GrabAsync(bucket, new StockGrab[] { new(new UserId("alice"), new OrderId(41)) }, expectedEpoch: 0, minVersion: 0);

        Knows(node, bucket).ShouldBeFalse("nobody has told it");
        (await node.GrabAsync(sale, "bob")).Outcome.ShouldBe(GrabOutcome.SoldOut);

        await KnowsAsync(node, bucket);
        node.Get<GrabCoalescer>().LaneCount.ShouldBe(1);
    }

    /// <summary>The unit goes back without a word, as if the message of <c>release.lua</c> had been lost.</summary>
    [Fact]
    public async Task TheReturnIsNotHeardOf_ThePollLifts()
    {
        await using SoldOutBench bench = await SoldOutBench.StartAsync(units: 1, FastPoll);
        (GrabNode node, Sale sale, StockBucket bucket) = (bench.Node, bench.Sale, bench.Bucket);
        await node.GrabAsync(sale, "alice");
        await KnowsAsync(node, bucket);

        StockKeys keys = new(bucket);
        ITransaction release = node.Get<RedisConnection>().Database.CreateTransaction();
        _ = release.HashDeleteAsync(keys.Buyers, "alice");
        _ = release.HashIncrementAsync(keys.Meta, "version");
        _ = release.StringIncrementAsync(keys.Stock);
        (await release.ExecuteAsync()).ShouldBeTrue();

        await Eventually.TrueAsync(() => !Knows(node, bucket));
        (await node.GrabAsync(sale, "bob")).Outcome.ShouldBe(GrabOutcome.Reserved);
    }

    [Fact]
    public async Task AFalseMessage_ChangesNothing()
    {
        await using SoldOutBench bench = await SoldOutBench.StartAsync(units: 1, NoPoll);
        (GrabNode node, Sale sale, StockBucket bucket) = (bench.Node, bench.Sale, bench.Bucket);
        await bench.HearAsync();

        await node.Get<RedisConnection>().Database.PublishAsync(StockKeys.SoldOutChannel, "no bucket");
        await node.Get<RedisConnection>().Database.PublishAsync(StockKeys.SoldOutChannel, bucket.ToString());

        (await node.GrabAsync(sale, "alice")).Outcome.ShouldBe(GrabOutcome.Reserved);
        await KnowsAsync(node, bucket);
    }

    private static bool Knows(GrabNode node, StockBucket bucket) => node.Get<SoldOutBoard>().TryAnswer(bucket, new UserId("nobody"), out _);

    private static Task KnowsAsync(GrabNode node, StockBucket bucket) => Eventually.TrueAsync(() => Knows(node, bucket));
}
