using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Grab;

public sealed class GrabCoalescerTests
{
    private static readonly StockBucket Slow = new(new SaleId(1), new SkuId("slow"));
    private static readonly StockBucket Quick = new(new SaleId(1), new SkuId("quick"));

    private readonly FakeStock _stock = new();
    private readonly GrabCoalescer _coalescer;

    public GrabCoalescerTests()
    {
        _coalescer = new GrabCoalescer(_stock.DecideAsync, static (_, _) => { }, new GrabOutcomes(), new GrabOptions { MaxCallsInFlight = 1, MaxWaiting = 1 }, new ManualTime(), NullLogger.Instance);
    }

    [Fact]
    public async Task ABucketThatHangsAndIsFull_DoesNotHoldUpAnother()
    {
        Task<GrabResult> first = _coalescer.GrabAsync(Slow, Grab(1));
        FakeStock.Call hanging = _stock.Next();
        Task<GrabResult>[] stuck = [first, _coalescer.GrabAsync(Slow, Grab(2))];
        (await _coalescer.GrabAsync(Slow, Grab(3))).Outcome.ShouldBe(GrabOutcome.Overloaded);

        Task<GrabResult> served = _coalescer.GrabAsync(Quick, Grab(4));
        FakeStock.Call quick = _stock.Next();
        quick.Bucket.ShouldBe(Quick);
        quick.ReserveAll();

        (await served.WaitAsync(TimeSpan.FromSeconds(30))).Outcome.ShouldBe(GrabOutcome.Reserved);
        stuck.ShouldAllBe(grab => !grab.IsCompleted);
        hanging.ReserveAll();
        _stock.Next().ReserveAll();
        await Task.WhenAll(stuck).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Forget_LetsIdleLanesGo_AndKeepsThoseWithGrabsOnTheirWay()
    {
        Task<GrabResult> grab = _coalescer.GrabAsync(Slow, Grab(1));
        _coalescer.Forget(_ => false);
        _coalescer.LaneCount.ShouldBe(1);

        _stock.Next().ReserveAll();
        await grab.WaitAsync(TimeSpan.FromSeconds(30));
        _coalescer.Forget(_ => true);
        _coalescer.LaneCount.ShouldBe(1);
        SpinWait.SpinUntil(
            () =>
            {
                _coalescer.Forget(_ => false);
                return _coalescer.LaneCount == 0;
            },
            TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    private static StockGrab Grab(long order) => new(new UserId($"user-{order}"), new OrderId(order));
}
