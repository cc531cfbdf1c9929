using Seckill.LoadTests.Running;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Running;

public sealed class ArrivalScheduleTests
{
    [Fact]
    public void Inject_SpacesArrivalsEvenly() =>
        ArrivalSchedule.Of(new LoadSimulation.Inject(4, TimeSpan.FromSeconds(1))).Select(at => at.TotalMilliseconds).ShouldBe([0, 250, 500, 750]);

    [Fact]
    public void Burst_WithoutLength_ComesAllAtOnce() =>
        ArrivalSchedule.Of(new LoadSimulation.Burst(1_000, TimeSpan.Zero)).ShouldAllBe(at => at == TimeSpan.Zero);

    [Theory]
    [InlineData(0, 100)]
    [InlineData(100, 0)]
    [InlineData(50, 50)]
    [InlineData(20, 200)]
    public void RampingInject_RatesFollowTheLine(double from, double to)
    {
        LoadSimulation.RampingInject ramp = new(from, to, TimeSpan.FromSeconds(10));
        TimeSpan[] arrivals = [.. ArrivalSchedule.Of(ramp)];
        arrivals.Length.ShouldBe((int)((from + to) / 2 * 10));
        arrivals.ShouldBeInOrder();
        arrivals[^1].ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(10));
        // By the middle of the ramp the arrivals under the first half of the line must have come.
        double expected = ((from + ((from + to) / 2)) / 2) * 5;
        ((double)arrivals.Count(at => at < TimeSpan.FromSeconds(5))).ShouldBe(expected, tolerance: 1.5);
    }

    [Fact]
    public void KeepConstant_HasNoSchedule() =>
        ArrivalSchedule.Of(new LoadSimulation.KeepConstant(3, TimeSpan.FromSeconds(1))).ShouldBeEmpty();
}
