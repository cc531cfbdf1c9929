using Seckill.Core.Messaging;
using Seckill.Core.Orders.Timeline;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Orders;

public sealed class StoredStepsTests
{
    private const long Longest = 253_402_300_799_999;

    [Fact]
    public void NothingKnown_IsNothingKept() => StoredSteps.Format(default).ShouldBeNull();

    [Fact]
    public void WhatIsKept_IsReadBack_AndFitsTheColumn()
    {
        ReservationTrail trail = new() { DecidedMs = Longest, TakenMs = Longest, ProducedMs = 0, ReceivedMs = Longest, TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

        string text = StoredSteps.Format(trail)!;

        text.Length.ShouldBeLessThanOrEqualTo(96);
        (IEnumerable<OrderStep> steps, string? traceId) = StoredSteps.Parse(text);
        traceId.ShouldBe("0af7651916cd43dd8448eb211c80319c");
        steps.ShouldBe(
        [
            new OrderStep(OrderSteps.Decided, DateTimeOffset.FromUnixTimeMilliseconds(Longest)), new OrderStep(OrderSteps.Taken, DateTimeOffset.FromUnixTimeMilliseconds(Longest)),
            new OrderStep(OrderSteps.Received, DateTimeOffset.FromUnixTimeMilliseconds(Longest)),
        ]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1 2 3")]
    [InlineData("x x x x")]
    [InlineData("0 0 0 0")]
    [InlineData("-1 99999999999999999999 999999999999999999 x")]
    public void OtherTexts_TellNothing(string? text) => StoredSteps.Parse(text).Steps.ShouldBeEmpty();
}
