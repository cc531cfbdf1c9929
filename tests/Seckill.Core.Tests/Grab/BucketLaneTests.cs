using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Grab;

public sealed class BucketLaneTests
{
    private static readonly StockBucket Bucket = new(new SaleId(1), new SkuId("sku"));

    private readonly ManualTime _time = new();
    private readonly FakeStock _stock = new();
    private readonly List<(StockBucket Bucket, bool LastUnitWent)> _noticed = [];

    [Fact]
    public async Task ALoneGrab_LeavesAtOnce()
    {
        BucketLane lane = Lane(new GrabOptions());

        Task<GrabResult> grab = lane.GrabAsync(Grab(1));
        _stock.Unseen.ShouldBe(1);
        lane.IsIdle.ShouldBeFalse();
        _stock.Next().ReserveAll();

        (await Within(grab)).ShouldBe(new GrabResult(GrabOutcome.Reserved, new OrderId(1), Epoch: 1, Version: 1));
        SpinWait.SpinUntil(() => lane.IsIdle, TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public async Task GrabsThatArriveDuringACall_LeaveTogether_InTheirOrder()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 1 });
        List<Task<GrabResult>> grabs = [lane.GrabAsync(Grab(1))];
        FakeStock.Call first = _stock.Next();
        grabs.AddRange([lane.GrabAsync(Grab(2)), lane.GrabAsync(Grab(3)), lane.GrabAsync(Grab(4))]);

        _stock.Unseen.ShouldBe(0);
        first.ReserveAll();
        FakeStock.Call second = _stock.Next();
        second.ReserveAll();

        second.Grabs.ShouldBe([Grab(2), Grab(3), Grab(4)]);
        (await Within(Task.WhenAll(grabs))).Select(result => result.Order.Value).ShouldBe([1, 2, 3, 4]);
        _stock.Unseen.ShouldBe(0);
    }

    [Fact]
    public void ACallBesideOneUnderWay_LeavesHalfFull_AndCallsAreBounded()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 2, MaxBatch = 4 });
        _ = lane.GrabAsync(Grab(1));
        FakeStock.Call first = _stock.Next();
        _ = lane.GrabAsync(Grab(2));
        _stock.Unseen.ShouldBe(0);
        _ = lane.GrabAsync(Grab(3));
        _stock.Next().Grabs.ShouldBe([Grab(2), Grab(3)]);
        for (int order = 4; order <= 6; order++)
        {
            _ = lane.GrabAsync(Grab(order));
        }

        _stock.Unseen.ShouldBe(0);
        first.ReserveAll();
        _stock.Next().Grabs.ShouldBe([Grab(4), Grab(5), Grab(6)]);
    }

    [Fact]
    public async Task FewGrabs_WaitForTheCallUnderWay_WhicheverOfTwoReturns()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 2, MaxBatch = 4 });
        Task<GrabResult> first = lane.GrabAsync(Grab(1));
        Task<GrabResult>[] second = [lane.GrabAsync(Grab(2)), lane.GrabAsync(Grab(3))];
        Task<GrabResult> waiting = lane.GrabAsync(Grab(4));
        (FakeStock.Call one, FakeStock.Call other) = (_stock.Next(), _stock.Next());

        one.ReserveAll();
        await Within(first);
        _stock.Unseen.ShouldBe(0, "one grab is no reason for a call beside the other one");
        other.ReserveAll();
        await Within(Task.WhenAll(second));
        _stock.Next().ReserveAll();

        (await Within(waiting)).Outcome.ShouldBe(GrabOutcome.Reserved);
        SpinWait.SpinUntil(() => lane.IsIdle, TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public async Task ACallThatIsAskedAgain_DoesNotHoldUpThoseWhoWait()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 2 });
        Task<GrabResult> stuck = lane.GrabAsync(Grab(1));
        FakeStock.Call lost = _stock.Next();
        Task<GrabResult> waiting = lane.GrabAsync(Grab(2));
        _stock.Unseen.ShouldBe(0);

        lost.Fail(outcomeUnknown: true);
        FakeStock.Call[] calls = [_stock.Next(), _stock.Next()];
        FakeStock.Call other = calls.Single(call => call.Ask is StockAsk.First);
        other.Grabs.ShouldBe([Grab(2)]);
        other.ReserveAll();

        (await Within(waiting)).Outcome.ShouldBe(GrabOutcome.Reserved);
        stuck.IsCompleted.ShouldBeFalse();
        calls.Single(call => call.Ask is StockAsk.Again).ReserveAll();
        (await Within(stuck)).Outcome.ShouldBe(GrabOutcome.Reserved);
    }

    [Fact]
    public void MoreThanABatch_IsCut()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 1, MaxBatch = 2 });
        for (int order = 1; order <= 4; order++)
        {
            _ = lane.GrabAsync(Grab(order));
        }

        _stock.Next().ReserveAll();
        FakeStock.Call second = _stock.Next();
        second.Grabs.ShouldBe([Grab(2), Grab(3)]);
        second.ReserveAll();
        _stock.Next().Grabs.ShouldBe([Grab(4)]);
    }

    [Fact]
    public async Task AFullQueue_RefusesAtOnce_AndAnswersThoseThatWait()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 1, MaxWaiting = 2 });
        Task<GrabResult>[] taken = [lane.GrabAsync(Grab(1)), lane.GrabAsync(Grab(2)), lane.GrabAsync(Grab(3))];

        GrabResult refused = await Within(lane.GrabAsync(Grab(4)));

        refused.Outcome.ShouldBe(GrabOutcome.Overloaded);
        refused.RetryAfter.ShouldBeGreaterThan(TimeSpan.Zero);
        _stock.Next().ReserveAll();
        _stock.Next().ReserveAll();
        (await Within(Task.WhenAll(taken))).ShouldAllBe(result => result.Outcome == GrabOutcome.Reserved);
    }

    [Fact]
    public async Task AGrabThatWaitedTooLong_IsRefused_AndNeverSent()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 1, MaxWait = TimeSpan.FromSeconds(2) });
        Task<GrabResult> first = lane.GrabAsync(Grab(1));
        Task<GrabResult> late = lane.GrabAsync(Grab(2));
        _time.Advance(TimeSpan.FromSeconds(1.5));
        Task<GrabResult> inTime = lane.GrabAsync(Grab(3));
        _time.Advance(TimeSpan.FromSeconds(1));

        _stock.Next().ReserveAll();
        FakeStock.Call second = _stock.Next();
        second.ReserveAll();

        second.Grabs.ShouldBe([Grab(3)]);
        (await Within(late)).Outcome.ShouldBe(GrabOutcome.Overloaded);
        (await Within(Task.WhenAll(first, inTime))).ShouldAllBe(result => result.Outcome == GrabOutcome.Reserved);
    }

    [Fact]
    public async Task AnUnknownOutcome_IsAskedAgainWithTheSameOrders_UntilItIsKnown()
    {
        BucketLane lane = Lane(new GrabOptions());
        Task<GrabResult> grab = lane.GrabAsync(Grab(1));

        _stock.Next().Fail(outcomeUnknown: true);
        // Once a call may have run, a later one that surely did not settles nothing.
        _stock.Next().Fail(outcomeUnknown: false);
        FakeStock.Call third = _stock.Next();
        third.Answer(1, 1, _ => StockAnswer.AlreadyReserved);

        third.Grabs.ShouldBe([Grab(1)]);
        third.Ask.ShouldBe(StockAsk.Again, "an order that was released meanwhile must not be reserved a second time");
        (await Within(grab)).ShouldBe(new GrabResult(GrabOutcome.Reserved, new OrderId(1), Epoch: 1, Version: 1));
    }

    [Fact]
    public async Task AnUnknownOutcome_ThatStaysUnknown_IsNamedSo()
    {
        BucketLane lane = Lane(new GrabOptions { AskAgainFor = TimeSpan.FromSeconds(3) });
        Task<GrabResult> grab = lane.GrabAsync(Grab(1));
        FakeStock.Call call = _stock.Next();
        _time.Advance(TimeSpan.FromSeconds(3));

        call.Fail(outcomeUnknown: true);

        (await Within(grab)).Outcome.ShouldBe(GrabOutcome.OutcomeUnknown);
        _stock.Unseen.ShouldBe(0);
    }

    [Theory]
    [InlineData(StockStatus.NotWarmed)]
    [InlineData(StockStatus.VersionBehind)]
    public async Task ABucketLostWhileTheOutcomeWasUnknown_DoesNotTurnItIntoARefusal(StockStatus status)
    {
        BucketLane lane = Lane(new GrabOptions());
        Task<GrabResult> grab = lane.GrabAsync(Grab(1));

        _stock.Next().Fail(outcomeUnknown: true);
        _stock.Next().Refuse(status);

        (await Within(grab)).Outcome.ShouldBe(GrabOutcome.OutcomeUnknown);
    }

    [Fact]
    public async Task ACallThatSurelyDidNotRun_IsRefused_AndNotRepeated()
    {
        BucketLane lane = Lane(new GrabOptions());
        Task<GrabResult> grab = lane.GrabAsync(Grab(1));

        _stock.Next().Fail(outcomeUnknown: false);

        (await Within(grab)).Outcome.ShouldBe(GrabOutcome.StockUnavailable);
        _stock.Unseen.ShouldBe(0);
    }

    [Fact]
    public async Task AFaultThatNobodyForesaw_LeavesTheLaneAlive()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 1 });
        Task<GrabResult> grab = lane.GrabAsync(Grab(1));
        Task<GrabResult> next = lane.GrabAsync(Grab(2));

        _stock.Next().Reply.SetException(new InvalidCastException("A reply of another shape."));
        _stock.Next().ReserveAll();

        (await Within(grab)).Outcome.ShouldBe(GrabOutcome.OutcomeUnknown);
        (await Within(next)).Outcome.ShouldBe(GrabOutcome.Reserved);
    }

    [Theory]
    [InlineData(StockAnswer.Reserved, GrabOutcome.Reserved, true)]
    [InlineData(StockAnswer.AlreadyReserved, GrabOutcome.Reserved, true)]
    [InlineData(StockAnswer.AlreadyGrabbed, GrabOutcome.AlreadyGrabbed, true)]
    [InlineData(StockAnswer.SoldOut, GrabOutcome.SoldOut, false)]
    [InlineData(StockAnswer.OutboxFull, GrabOutcome.OutboxFull, false)]
    public async Task EveryAnswer_HasItsOutcome_AndSoldOutIsPassedOnToTheBoard(StockAnswer answer, GrabOutcome outcome, bool namesOrder)
    {
        BucketLane lane = Lane(new GrabOptions());
        Task<GrabResult> grab = lane.GrabAsync(Grab(1));

        _stock.Next().Answer(1, 1, _ => answer);

        GrabResult result = await Within(grab);
        result.Outcome.ShouldBe(outcome);
        result.Order.ShouldBe(namesOrder ? new OrderId(1) : default);
        SpinWait.SpinUntil(() => lane.IsIdle, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        _noticed.ShouldBe(answer is StockAnswer.SoldOut ? [(Bucket, false)] : []);
    }

    [Theory]
    [InlineData(StockAnswer.Reserved, 0, true)]
    [InlineData(StockAnswer.AlreadyReserved, 0, true)]
    [InlineData(StockAnswer.Reserved, 1, false)]
    [InlineData(StockAnswer.AlreadyGrabbed, 0, false)]
    public async Task TheLastUnit_IsToldByTheBatchThatTookIt_AndByNoOther(StockAnswer answer, long left, bool told)
    {
        BucketLane lane = Lane(new GrabOptions());
        Task<GrabResult> grab = lane.GrabAsync(Grab(1));

        _stock.Next().Answer(1, 1, _ => answer, left);

        await Within(grab);
        SpinWait.SpinUntil(() => lane.IsIdle, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        _noticed.ShouldBe(told ? [(Bucket, true)] : []);
    }

    [Fact]
    public async Task ThePosition_OnlyRises_AndGoesWithEveryCall()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 2, MaxBatch = 2 });
        Task<GrabResult> first = lane.GrabAsync(Grab(1));
        Task<GrabResult> second = lane.GrabAsync(Grab(2));
        FakeStock.Call slow = _stock.Next();
        FakeStock.Call fast = _stock.Next();
        (slow.Epoch, slow.Version).ShouldBe((0, 0));

        fast.ReserveAll(epoch: 3, version: 8);
        await Within(second);
        slow.ReserveAll(epoch: 3, version: 7);
        await Within(first);
        _ = lane.GrabAsync(Grab(3));

        FakeStock.Call third = _stock.Next();
        (third.Epoch, third.Version).ShouldBe((3, 8));
    }

    [Fact]
    public async Task ARebuiltBucket_IsTheNewTruth_AnOlderOneIsFenced()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 1 });
        Task<GrabResult> grab = lane.GrabAsync(Grab(1));
        _stock.Next().ReserveAll(epoch: 2, version: 9);
        await Within(grab);

        grab = lane.GrabAsync(Grab(2));
        _stock.Next().Refuse(StockStatus.EpochChanged, epoch: 3, version: 1);
        FakeStock.Call again = _stock.Next();
        (again.Epoch, again.Version).ShouldBe((3, 1));
        again.ReserveAll(epoch: 3, version: 2);
        (await Within(grab)).Outcome.ShouldBe(GrabOutcome.Reserved);

        grab = lane.GrabAsync(Grab(3));
        _stock.Next().Refuse(StockStatus.EpochChanged, epoch: 2, version: 9);
        (await Within(grab)).Outcome.ShouldBe(GrabOutcome.Fenced);
        grab = lane.GrabAsync(Grab(4));
        _stock.Next().Refuse(StockStatus.VersionBehind, epoch: 3, version: 1);
        (await Within(grab)).Outcome.ShouldBe(GrabOutcome.Fenced);
        grab = lane.GrabAsync(Grab(5));
        _stock.Next().Refuse(StockStatus.NotWarmed);
        (await Within(grab)).Outcome.ShouldBe(GrabOutcome.NotWarmed);
    }

    private static StockGrab Grab(long order) => new(new UserId($"user-{order}"), new OrderId(order));

    private static Task<T> Within<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task ARecoveryUnderWay_IsToldByName_AndTheNewEpochIsTakenAtOnce()
    {
        BucketLane lane = Lane(new GrabOptions());
        Task<GrabResult> first = lane.GrabAsync(Grab(1));
        _stock.Next().ReserveAll(epoch: 1, version: 9);
        await Within(first);

        Task<GrabResult> fenced = lane.GrabAsync(Grab(2));
        _stock.Next().Refuse(StockStatus.Fenced, epoch: 1, version: 9);
        (await Within(fenced)).Outcome.ShouldBe(GrabOutcome.Fenced);

        Task<GrabResult> later = lane.GrabAsync(Grab(3));
        _stock.Next().Refuse(StockStatus.EpochChanged, epoch: 2, version: 1);
        FakeStock.Call again = _stock.Next();
        (again.Epoch, again.Version).ShouldBe((2, 1));
        again.ReserveAll(epoch: 2, version: 2);
        (await Within(later)).Outcome.ShouldBe(GrabOutcome.Reserved);
    }

    [Fact]
    public void WinnersTold_AreRemembered_InARowThatIsBounded()
    {
        BucketLane lane = Lane(new GrabOptions { MaxCallsInFlight = 1, MaxWitnessed = 2 });
        lane.HasWitnessed.ShouldBeFalse();
        for (int order = 1; order <= 3; order++)
        {
            _ = lane.GrabAsync(Grab(order));
            _stock.Next().Answer(epoch: 1, version: order, _ => StockAnswer.Reserved);
            SpinWait.SpinUntil(() => lane.IsIdle, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        }

        _ = lane.GrabAsync(Grab(4));
        _stock.Next().Answer(epoch: 1, version: 4, _ => StockAnswer.SoldOut);
        SpinWait.SpinUntil(() => lane.IsIdle, TimeSpan.FromSeconds(30)).ShouldBeTrue();

        (WitnessedWinner[] winners, long upTo) = lane.WitnessedAfter(0);
        winners.Select(winner => (winner.Order.Value, winner.Epoch, winner.Version)).ShouldBe([(2, 1, 2), (3, 1, 3)], "the list is bounded, and losers are not on it");
        upTo.ShouldBe(3);
        lane.WitnessedAfter(2).Winners.ShouldBe([winners[1]]);
        lane.WitnessedAfter(upTo).Winners.ShouldBeEmpty();
    }

    private BucketLane Lane(GrabOptions options) => new(Bucket, _stock.DecideAsync, (bucket, lastUnitWent) => _noticed.Add((bucket, lastUnitWent)), new GrabOutcomes(), options, _time, NullLogger.Instance)
    {
        // At once, so that a test knows which call holds which grab.
        HandOver = lane => ((IThreadPoolWorkItem)lane).Execute(),
    };
}
