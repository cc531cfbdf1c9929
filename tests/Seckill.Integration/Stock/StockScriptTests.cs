using Seckill.Core.Ids;
using Seckill.Core.Outbox;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Integration.Grab;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Stock;

public sealed class StockScriptTests
{
    private static readonly StockBucket Bucket = new(new SaleId(77), new SkuId("sku"));

    [Fact]
    public async Task Grabs_AreAnsweredOneByOne_AlsoWhenAUserStandsTwiceInABatch()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await node.Stock.WarmAsync(Bucket, units: 3, limit: 2, epoch: 4, mayCreate: true);

        StockReply reply = await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1), Grab("a", 2), Grab("a", 3), Grab("a", 1), Grab("b", 4), Grab("c", 5) }, 0, 0);

        reply.Status.ShouldBe(StockStatus.Decided);
        (reply.Epoch, reply.Version, reply.Left).ShouldBe((4, 2, 0));
        reply.Decisions.ShouldBe(
        [
            new(StockAnswer.Reserved, new OrderId(1)), new(StockAnswer.Reserved, new OrderId(2)), new(StockAnswer.AlreadyGrabbed, new OrderId(1)),
            new(StockAnswer.AlreadyReserved, new OrderId(1)), new(StockAnswer.Reserved, new OrderId(4)), new(StockAnswer.SoldOut, default),
        ]);
    }

    [Fact]
    public async Task OnlyTracesOfWinners_AreKept_AndNoMoreThanTheBound()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await node.Stock.WarmAsync(Bucket, units: 60, limit: 1, epoch: 1, mayCreate: true);
        StockGrab[] first = [Grab("a", 1) with { TraceParent = TraceOf(1) }, Grab("b", 2), Grab("a", 3) with { TraceParent = TraceOf(3) }];
        StockGrab[] many = [.. Enumerable.Range(10, StockStore.MaxTraced + 5).Select(i => Grab($"u{i}", i) with { TraceParent = TraceOf(i) })];

        await node.Stock.GrabAsync(Bucket, first, 0, 0);
        await node.Stock.GrabAsync(Bucket, new[] { Grab("c", 4) }, 0, 0);
        await node.Stock.GrabAsync(Bucket, many, 0, 0);

        OutboxStream stream = new(node.Get<RedisConnection>(), Bucket, "reader");
        await stream.ReadAsync(10); // Makes the group.
        IReadOnlyList<RawOutboxEntry> entries = await stream.ReadAsync(10);
        entries.Select(entry => entry.Fields.Length).ShouldBe([10, 8, 10]);
        entries[0].Parse(Bucket).Winners.ShouldBe([new OutboxWinner(new OrderId(1), 0, new UserId("a")) { TraceParent = TraceOf(1) }, new OutboxWinner(new OrderId(2), 0, new UserId("b"))]);
        IReadOnlyList<OutboxWinner> winners = entries[2].Parse(Bucket).Winners;
        winners.Count.ShouldBe(many.Length);
        winners.Where(winner => winner.TraceParent is not null).ShouldBe(winners.Take(StockStore.MaxTraced));
        winners[7].TraceParent.ShouldBe(TraceOf(17));
    }

    [Fact]
    public async Task ARepeatWithTheSameOrders_AnswersTheSame_AndWritesNothing()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await node.Stock.WarmAsync(Bucket, units: 3, limit: 1, epoch: 1, mayCreate: true);
        long order = long.MaxValue - 1;
        await node.Stock.GrabAsync(Bucket, new[] { Grab("a", order) }, 0, 0);

        StockReply repeat = await node.Stock.GrabAsync(Bucket, new[] { Grab("a", order) }, 1, 2);

        repeat.Decisions.ShouldBe([new StockDecision(StockAnswer.AlreadyReserved, new OrderId(order))]);
        (repeat.Version, repeat.Left).ShouldBe((2, 2));
    }

    [Fact]
    public async Task AServerThatIsBehindOrInAnotherLife_DecidesNothing()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        (await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1) }, 0, 0)).Status.ShouldBe(StockStatus.NotWarmed);
        await node.Stock.WarmAsync(Bucket, units: 3, limit: 1, epoch: 2, mayCreate: true);

        (await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1) }, 2, 9)).Status.ShouldBe(StockStatus.VersionBehind);
        (await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1) }, 1, 0)).Status.ShouldBe(StockStatus.EpochChanged);

        (await node.Stock.ReadAsync(Bucket)).ShouldBe(new BucketState(2, 1, 3, 1, 3, 0));
    }

    [Fact]
    public async Task AUnit_GoesBackOnce()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await node.Stock.WarmAsync(Bucket, units: 1, limit: 1, epoch: 1, mayCreate: true);
        await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1) }, 0, 0);

        (await node.Stock.ReleaseAsync(Bucket, new UserId("a"), new OrderId(2))).ShouldBe(ReleaseStatus.NotHeld);
        (await node.Stock.ReleaseAsync(Bucket, new UserId("a"), new OrderId(1))).ShouldBe(ReleaseStatus.Released);
        (await node.Stock.ReleaseAsync(Bucket, new UserId("a"), new OrderId(1))).ShouldBe(ReleaseStatus.NotHeld);
        (await node.Stock.ReadAsync(Bucket))!.Left.ShouldBe(1);
    }

    [Fact]
    public async Task WarmUp_NeverResets_AndRefusesADamagedBucket()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        (await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: false)).ShouldBe(WarmStatus.Absent);
        (await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: true)).ShouldBe(WarmStatus.Created);
        await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1) }, 0, 0);
        (await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: true)).ShouldBe(WarmStatus.AlreadyWarm);
        (await node.Stock.ReadAsync(Bucket))!.Left.ShouldBe(4);

        await node.Get<RedisConnection>().Database.KeyDeleteAsync(new StockKeys(Bucket).Stock);
        (await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: true)).ShouldBe(WarmStatus.Damaged);
    }

    [Fact]
    public async Task WarmUp_ARelayThatFoundTheBucketFirst_IsNoDamage_ButAnOutboxThatWasUsedIs()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        IDatabase db = node.Get<RedisConnection>().Database;
        RedisKey outbox = new StockKeys(Bucket).Outbox;
        await db.ExecuteAsync("XGROUP", "CREATE", outbox, "relay", "0", "MKSTREAM");
        (await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: true)).ShouldBe(WarmStatus.Created);

        await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1) }, 0, 0);
        StockKeys keys = new(Bucket);
        await db.KeyDeleteAsync([keys.Stock, keys.Buyers, keys.Meta]);
        await db.ExecuteAsync("XTRIM", outbox, "MAXLEN", "0");
        (await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: true)).ShouldBe(WarmStatus.Damaged);
    }

    [Fact]
    public async Task AFullOutbox_ReservesNothing_ButStillKnowsWhoHoldsWhat()
    {
        await using GrabNode node = await GrabNode.StartAsync(settings: new Dictionary<string, string?> { ["Seckill:Stock:MaxOutboxLength"] = "1" });
        await node.Stock.WarmAsync(Bucket, 5, 1, 1, mayCreate: true);
        await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1) }, 0, 0);

        StockReply reply = await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1), Grab("b", 2) }, 0, 0);

        reply.Decisions.ShouldBe([new StockDecision(StockAnswer.AlreadyReserved, new OrderId(1)), new StockDecision(StockAnswer.OutboxFull, default)]);
        reply.Left.ShouldBe(4);
    }

    /// <summary>The lane asks again after a lost answer, and meanwhile the order was reserved, written, cancelled and released.</summary>
    [Fact]
    public async Task AskedAgainAboutAnOrderThatWasReleased_DoesNotReserveItASecondTime()
    {
        await using GrabNode node = await GrabNode.StartAsync();
        await node.Stock.WarmAsync(Bucket, units: 2, limit: 1, epoch: 1, mayCreate: true);
        await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1) }, 0, 0);
        await node.Stock.ReleaseAsync(Bucket, new UserId("a"), new OrderId(1));

        StockReply again = await node.Stock.GrabAsync(Bucket, new[] { Grab("a", 1), Grab("b", 2) }, 0, 0, StockAsk.Again);

        again.Decisions.Select(decision => decision.Answer).ShouldBe([StockAnswer.AlreadyReserved, StockAnswer.Reserved]);
        again.Left.ShouldBe(1);

        // A claim is for exactly such an order, and makes it one that is held.
        (await node.Stock.ClaimAsync(Bucket, new[] { Grab("a", 1) })).Decisions[0].Answer.ShouldBe(StockAnswer.Reserved);
        (await node.Stock.ClaimAsync(Bucket, new[] { Grab("a", 1) })).Decisions[0].Answer.ShouldBe(StockAnswer.AlreadyReserved);
        (await node.Stock.ReadAsync(Bucket))!.Left.ShouldBe(0);
    }

    private static string TraceOf(long order) => $"00-{order:x32}-{order:x16}-01";

    private static StockGrab Grab(string user, long order) => new(new UserId(user), new OrderId(order));
}
