using Seckill.LoadTests.Audit;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Audit;

/// <summary>Each test spoils a flawless line in one way.</summary>
public sealed class RoomAuditTests
{
    private static readonly DateTimeOffset T0 = new(2026, 11, 11, 0, 0, 0, TimeSpan.Zero);

    // Ten at once, then one each 100 ms.
    private static readonly RoomTurn[] Good = [.. Enumerable.Range(0, 40).Select(i => new RoomTurn(i, i + 1, T0.AddMilliseconds(100 * Math.Max(0, i - 9))))];

    [Fact]
    public void FlawlessLine_EveryCheckHolds() => Broken(Good).ShouldBeEmpty();

    [Fact]
    public void OvertakenByAHigherPlace_IsBroken()
    {
        RoomTurn[] turns = [.. Good];
        (turns[20], turns[25]) = (turns[20] with { AdmittedUntil = turns[25].AdmittedUntil }, turns[25] with { AdmittedUntil = turns[20].AdmittedUntil });

        Broken(turns).ShouldContain("Nobody was admitted before someone with a lower place");
    }

    [Fact]
    public void FasterThanTheRate_IsBroken() =>
        Broken([.. Good.Select(turn => turn with { AdmittedUntil = T0 + ((turn.AdmittedUntil - T0) / 2) })]).ShouldHaveSingleItem().ShouldStartWith("Never more than 10 a second");

    [Fact]
    public void OnePlaceForTwo_IsBroken() => Broken([.. Good[..^1], Good[^1] with { Place = Good[^2].Place }]).ShouldHaveSingleItem().ShouldBe("No place was given twice");

    [Fact]
    public void SomebodyForgotten_IsBroken() => Broken(Good[..^1]).ShouldHaveSingleItem().ShouldBe("Everybody who joined was admitted");

    private static IEnumerable<string> Broken(RoomTurn[] turns) =>
        RoomAudit.Judge(new RoomEvidence(10, Good.Length, turns)).Where(finding => finding.Status == FindingStatus.Broken).Select(finding => finding.Check);
}
