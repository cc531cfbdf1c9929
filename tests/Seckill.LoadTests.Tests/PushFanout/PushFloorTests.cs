using Seckill.LoadTests.PushFanout;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.PushFanout;

/// <summary>Plants one shortfall after another into a run that keeps every floor.</summary>
public sealed class PushFloorTests
{
    private static readonly IReadOnlyList<string> Phases = PushRun.PhaseNames;

    public static TheoryData<string> Floors => [.. PushFloor.All.Select(floor => floor.Threshold.Figure)];

    [Fact]
    public void RunThatMeetsEveryBoundExactly_Passes()
    {
        PushResult result = Run([], Phases);

        result.Passed.ShouldBeTrue();
        result.Verdict.ShouldBe("PASS: nothing lost, repeated or out of order; every floor kept");
        result.Judgements.Count.ShouldBe(PushFloor.All.Count);
    }

    [Theory]
    [MemberData(nameof(Floors))]
    public void OneFigureShort_FailsTheRun_AndIsTheOnlyOneNamed(string figure)
    {
        PushFloor floor = PushFloor.All.Single(one => one.Threshold.Figure == figure);
        double past = floor.Threshold.AtMost ? floor.Threshold.Bound + 0.01 : floor.Threshold.Bound - 0.01;

        PushResult result = Run(new() { [figure] = past }, Phases);

        result.Passed.ShouldBeFalse();
        PushJudgement failed = result.Judgements.Where(one => !one.Result.Passed).ShouldHaveSingleItem();
        failed.Floor.ShouldBe(floor);
        failed.Verdict.ShouldBe(floor.IsAudit ? "BROKEN" : "SHORT");
        result.Verdict.ShouldStartWith("FAIL: ");
        result.Verdict.ShouldContain(floor.IsAudit ? "LOST, REPEATED or DISORDERED" : "1 of 12 floors SHORT");
        PushReport.Json(result).ShouldContain($"\"verdict\": \"{failed.Verdict}\"");
    }

    [Fact]
    public void PhaseThatWasNotRun_IsNotJudged()
    {
        PushResult result = Run(new() { ["append.single.perSecond"] = 0 }, ["density"]);

        result.Passed.ShouldBeTrue();
        result.Judgements.ShouldAllBe(one => one.Floor.Phase == "density");
    }

    [Fact]
    public void PhaseThatMeasuredNothing_IsNoPass() =>
        Should.Throw<FormatException>(() => new PushResult(Settings, ["density"], DateTimeOffset.UnixEpoch, TimeSpan.Zero, new Measurements()));

    private static PushSettings Settings => new(10_000, 1, TimeSpan.FromSeconds(5));

    private static PushResult Run(Dictionary<string, double> planted, IReadOnlyList<string> phases)
    {
        Measurements measurements = new();
        foreach (PushFloor floor in PushFloor.All)
        {
            string figure = floor.Threshold.Figure;
            measurements.Add(figure, planted.TryGetValue(figure, out double value) ? value : floor.Threshold.Bound);
        }

        return new PushResult(Settings, phases, DateTimeOffset.UnixEpoch, TimeSpan.Zero, measurements);
    }
}
