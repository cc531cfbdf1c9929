using Shouldly;
using Xunit;

namespace Seckill.Chaos.Schedule;

public sealed class FaultPlanTests
{
    [Fact]
    public void SameSeed_SamePlan()
    {
        FaultPlan first = Draw(7);
        FaultPlan second = Draw(7);

        first.Steps.ShouldBe(second.Steps);
        first.Steps.Count.ShouldBeGreaterThan(150);
    }

    [Fact]
    public void OtherSeed_OtherPlan() => Draw(7).Steps.ShouldNotBe(Draw(8).Steps);

    [Fact]
    public void LongRun_DrawsEveryKind() =>
        Draw(7).Steps.Select(step => step.Kind.Name).Distinct().Count().ShouldBe(FaultCatalogue.All.Count);

    [Fact]
    public void ShortRun_LeavesOutWhatNeedsLonger()
    {
        FaultKind slow = new("slow", 100, _ => Task.CompletedTask, MinMinutes: 5);

        FaultPlan.Draw(7, TimeSpan.FromMinutes(1), 60, [.. FaultCatalogue.All, slow]).Steps.ShouldNotContain(step => step.Kind == slow);
    }

    private static FaultPlan Draw(int seed) => FaultPlan.Draw(seed, TimeSpan.FromMinutes(20), 12, FaultCatalogue.All);
}
