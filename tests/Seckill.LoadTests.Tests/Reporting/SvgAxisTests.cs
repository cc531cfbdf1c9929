using Seckill.LoadTests.Reporting;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Reporting;

public sealed class SvgAxisTests
{
    [Fact]
    public void LogAxis_GivesEachPowerOfTenTheSameRoom()
    {
        SvgAxis axis = SvgAxis.Log("ms", 0.3, 250, at => $"{at}");
        axis.Ticks.Select(tick => tick.Label).ShouldBe(["0.1", "1", "10", "100", "1000"]);
        axis.Ticks.Select(tick => Math.Round(axis.Place(tick.At), 6)).ShouldBe([0, 0.25, 0.5, 0.75, 1]);
    }

    [Fact]
    public void LinearAxis_ReachesTheLargestValueOnARoundTick()
    {
        SvgAxis axis = SvgAxis.Linear("per second", 4_321, at => $"{at}");
        axis.Max.ShouldBe(5_000);
        axis.Ticks.Count.ShouldBe(6);
    }
}
