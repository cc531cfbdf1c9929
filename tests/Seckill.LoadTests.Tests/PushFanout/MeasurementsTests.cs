using Seckill.LoadTests.PushFanout;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.PushFanout;

public sealed class MeasurementsTests
{
    [Fact]
    public void FigureIsTheMedianOfItsRounds_AndOneBadRoundDoesNotMoveIt()
    {
        Measurements measurements = new();
        foreach (double round in (double[])[1.0, 90, 1.2])
        {
            measurements.Add("ratio", round);
        }

        measurements.Figures["ratio"].ShouldBe(1.2);
        measurements.Rounds["ratio"].ShouldBe([1.0, 90, 1.2]);
    }

    [Fact]
    public void LossInOneRoundOfThree_IsNotHiddenByAMedian()
    {
        Measurements measurements = new();
        Tally whole = Received(10), lacking = Received(9);
        measurements.Audit("phase", 10, whole);
        measurements.Audit("phase", 10, lacking);
        measurements.Audit("phase", 10, whole);

        measurements.Figures["phase.lost"].ShouldBe(1);
        measurements.Figures["phase.sent"].ShouldBe(30);
    }

    [Fact]
    public void NothingToDivide_KeepsNoBound()
    {
        Measurements.Ratio(5, 0).ShouldBe(0);
        Measurements.Cost(5, 0).ShouldBe(double.MaxValue);
        Measurements.Cost(0, 5).ShouldBe(double.MaxValue);
        Measurements.Cost(-1, 5).ShouldBe(double.MaxValue);
        Measurements.Cost(5, 4).ShouldBe(1.25);
    }

    private static Tally Received(int messages)
    {
        Tally tally = new();
        for (int i = 0; i < messages; i++)
        {
            tally.AddReceived(TimeSpan.Zero);
        }

        return tally;
    }
}
