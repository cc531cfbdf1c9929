using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Integration.Grab;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Stock.Recovery;

/// <summary>What each step of a recovery does to a bucket, and to everyone who writes to it meanwhile.</summary>
public sealed class RecoveryScriptTests
{
    private static readonly StockBucket Bucket = new(new SaleId(78), new SkuId("sku"));
    private static readonly UserId Alice = new("alice");

    [Fact]
    public async Task Fenced_NobodyReservesWarmsOrOpens_AndARepeatedFenceSaysTheSame()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        BucketRebuild rebuild = Rebuild(node);
        await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: true);

        (await rebuild.FenceAsync(Bucket, 2)).ShouldBe((FenceStatus.Fenced, 1));
        (await rebuild.FenceAsync(Bucket, 2)).ShouldBe((FenceStatus.Fenced, 1));

        (await node.Stock.GrabAsync(Bucket, new[] { Grab("alice", 1) }, 0, 0)).Status.ShouldBe(StockStatus.Fenced);
        (await node.Stock.GrabAsync(Bucket, new[] { Grab("alice", 1) }, 0, 0, StockAsk.Again)).Status.ShouldBe(StockStatus.Fenced);
        (await node.Stock.ClaimAsync(Bucket, new[] { Grab("alice", 1) })).Status.ShouldBe(StockStatus.Fenced);
        (await node.Stock.ClaimAsync(Bucket, new[] { Grab("alice", 1) }, passFence: 2)).Status.ShouldBe(StockStatus.Fenced, "there is no new life yet");
        (await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: true)).ShouldBe(WarmStatus.Recovering);
        (await rebuild.OpenAsync(Bucket, 2)).ShouldBe(OpenStatus.NotSwapped);
        (await node.Stock.ReadAsync(Bucket))!.Left.ShouldBe(5);
    }

    [Fact]
    public async Task AFence_OnlyRises()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        BucketRebuild rebuild = Rebuild(node);
        await rebuild.FenceAsync(Bucket, 4);

        (await rebuild.FenceAsync(Bucket, 3)).Status.ShouldBe(FenceStatus.Overtaken);
        (await rebuild.FenceAsync(Bucket, 5)).Status.ShouldBe(FenceStatus.Fenced);
        (await rebuild.SwapAsync(Bucket, fence: 4, units: 5, limit: 1, users: 0, held: 0)).ShouldBe(SwapStatus.NotFenced);
        await rebuild.SwapAsync(Bucket, fence: 5, units: 5, limit: 1, users: 0, held: 0);
        await rebuild.OpenAsync(Bucket, 5);
        (await rebuild.FenceAsync(Bucket, 5)).Status.ShouldBe(FenceStatus.Open, "who comes late must not close it again");
    }

    [Fact]
    public async Task Swapped_OldBuyersAreGone_ClaimsPassTheFence_GrabsWaitUntilItOpens()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        BucketRebuild rebuild = Rebuild(node);
        await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: true);
        await node.Stock.GrabAsync(Bucket, new[] { Grab("forgotten", 9) }, 0, 0);
        await rebuild.FenceAsync(Bucket, 2);
        await rebuild.LoadAsync(Bucket, new Dictionary<string, string> { ["alice"] = "0=1", ["bob"] = "0=2" });

        (await rebuild.SwapAsync(Bucket, 2, units: 5, limit: 1, users: 2, held: 2)).ShouldBe(SwapStatus.Swapped);
        (await rebuild.SwapAsync(Bucket, 2, units: 5, limit: 1, users: 2, held: 2)).ShouldBe(SwapStatus.AlreadySwapped);
        (await node.Stock.GrabAsync(Bucket, new[] { Grab("carol", 3) }, 0, 0)).Status.ShouldBe(StockStatus.Fenced);
        (await node.Stock.ClaimAsync(Bucket, new[] { Grab("forgotten", 9) }, passFence: 2)).Decisions[0].Answer.ShouldBe(StockAnswer.Reserved);
        (await rebuild.OpenAsync(Bucket, 2)).ShouldBe(OpenStatus.Opened);
        (await rebuild.OpenAsync(Bucket, 2)).ShouldBe(OpenStatus.AlreadyOpen);

        StockReply reply = await node.Stock.GrabAsync(Bucket, new[] { Grab("alice", 4), Grab("carol", 5) }, 0, 0);
        reply.Decisions.ShouldBe([new(StockAnswer.AlreadyGrabbed, new OrderId(1)), new(StockAnswer.Reserved, new OrderId(5))]);
        (reply.Epoch, reply.Left).ShouldBe((2, 1));
    }

    [Fact]
    public async Task ALoadThatWasCutOff_IsNotSwappedIn()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        BucketRebuild rebuild = Rebuild(node);
        await rebuild.FenceAsync(Bucket, 2);
        await rebuild.LoadAsync(Bucket, new Dictionary<string, string> { ["alice"] = "0=1" });

        (await rebuild.SwapAsync(Bucket, 2, units: 5, limit: 1, users: 2, held: 2)).ShouldBe(SwapStatus.Incomplete);
        (await node.Stock.LookAsync(Bucket)).IsSwapped.ShouldBeFalse();
    }

    /// <summary>An order is cancelled after the rebuild has read its row as active, and before the new life is in place.</summary>
    [Fact]
    public async Task AUnitGivenBackWhileTheRowsAreRead_IsGivenBackByTheSwap_Once()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        BucketRebuild rebuild = Rebuild(node);
        await node.Stock.WarmAsync(Bucket, 5, 2, 1, mayCreate: true);
        await rebuild.FenceAsync(Bucket, 2);
        await rebuild.LoadAsync(Bucket, new Dictionary<string, string> { ["alice"] = "0=1,1=2" });

        (await node.Stock.ReleaseAsync(Bucket, Alice, new OrderId(1))).ShouldBe(ReleaseStatus.Deferred);
        (await node.Stock.ReleaseAsync(Bucket, Alice, new OrderId(1))).ShouldBe(ReleaseStatus.Deferred);
        await rebuild.SwapAsync(Bucket, 2, units: 5, limit: 2, users: 1, held: 2);

        (await node.Stock.LookAsync(Bucket)).Left.ShouldBe(4);
        (await node.Stock.FindHeldAsync(Bucket, Alice)).ShouldBe([new OrderId(2)]);
        (await node.Stock.ReleaseAsync(Bucket, Alice, new OrderId(1))).ShouldBe(ReleaseStatus.NotHeld);
        (await node.Stock.ReleaseAsync(Bucket, Alice, new OrderId(2))).ShouldBe(ReleaseStatus.Released, "the new life takes releases while it waits to be opened");
    }

    [Fact]
    public async Task ABucketOfAHundredThousandBuyers_IsRebuiltWhileAnotherOneSells()
    {
        const int Buyers = 100_000;
        await using GrabNode node = await GrabNode.StartAsync();
        BucketRebuild rebuild = Rebuild(node);
        StockBucket other = Bucket with { Index = 1 };
        await node.Stock.WarmAsync(other, 100_000, 1, 1, mayCreate: true);
        await rebuild.FenceAsync(Bucket, 2);
        Task<SwapStatus> rebuilding = RebuildAsync();
        long sold = 0;
        while (!rebuilding.IsCompleted)
        {
            sold++;
            (await node.Stock.GrabAsync(other, new[] { Grab($"u{sold}", sold) }, 0, 0)).Status.ShouldBe(StockStatus.Decided);
        }

        (await rebuilding).ShouldBe(SwapStatus.Swapped);
        sold.ShouldBeGreaterThan(10);
        (await node.Stock.LookAsync(Bucket)).Left.ShouldBe(7);
        (await node.Get<RedisConnection>().Database.HashLengthAsync(new StockKeys(Bucket).Buyers)).ShouldBe(Buyers);

        async Task<SwapStatus> RebuildAsync()
        {
            await rebuild.LoadAsync(Bucket, Enumerable.Range(1, Buyers).ToDictionary(i => $"buyer-{i}", i => $"0={i}"));
            return await rebuild.SwapAsync(Bucket, 2, Buyers + 7, limit: 1, Buyers, Buyers);
        }
    }

    private static BucketRebuild Rebuild(GrabNode node) => new(node.Get<RedisConnection>(), TimeProvider.System);

    private static StockGrab Grab(string user, long order) => new(new UserId(user), new OrderId(order));
}
