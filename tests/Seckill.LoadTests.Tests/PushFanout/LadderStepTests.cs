using Seckill.LoadTests.PushFanout;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.PushFanout;

public sealed class LadderStepTests
{
    [Fact]
    public void EveryRateHeld_TheHighestIsTheLast() =>
        LadderStep.HighestBeforeKnee([new(500, 2, true), new(1_000, 3, true), new(2_000, 20, true)]).ShouldBe(2_000);

    [Fact]
    public void TailTenfold_IsTheKnee() =>
        LadderStep.HighestBeforeKnee([new(500, 2, true), new(1_000, 20.1, true), new(2_000, 3, true)]).ShouldBe(500);

    [Fact]
    public void RateNotKeptUpWith_IsTheKnee_HoweverQuickWhatArrivedWas() =>
        LadderStep.HighestBeforeKnee([new(500, 2, true), new(1_000, 2, false), new(2_000, 2, true)]).ShouldBe(500);

    [Fact]
    public void LowestRateNotKeptUpWith_NothingIsBeforeTheKnee() =>
        LadderStep.HighestBeforeKnee([new(500, 2, false), new(1_000, 2, true)]).ShouldBe(0);
}
