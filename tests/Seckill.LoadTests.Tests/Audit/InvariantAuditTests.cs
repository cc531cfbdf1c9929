using Seckill.Core.Push;
using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Running;
using Shouldly;
using Xunit;
using static Seckill.LoadTests.Tests.Audit.Evidence;

namespace Seckill.LoadTests.Tests.Audit;

/// <summary>Each test spoils a flawless run in one way; an audit that misses a planted violation is worth nothing.</summary>
public sealed class InvariantAuditTests
{
    private static readonly AuditEvidence Good = Flawless();

    [Fact]
    public void FlawlessRun_EveryCheckHolds() => InvariantAudit.Judge(Good).ShouldAllBe(one => one.Status == FindingStatus.Held);

    [Fact]
    public void MoreOrdersToldThanUnits_I1IsBroken() =>
        Broken(Good with { Attempts = [.. Good.Attempts, Told(4, Answer.Accepted, 103)] }).ShouldContain(one => one.Invariant == "I1");

    [Fact]
    public void MoreActiveRowsThanUnits_I1IsBroken() =>
        Broken(Good with { MySql = Good.MySql! with { Orders = [.. Good.MySql.Orders, Row(103, 3)], GuardSold = 4 } }).ShouldContain(one => one.Check.Contains("Active order rows"));

    [Fact]
    public void GuardCountsOtherThanTheRows_I1IsBroken() =>
        Broken(Good with { MySql = Good.MySql! with { GuardSold = 2 } }).ShouldHaveSingleItem().Check.ShouldContain("guard");

    [Fact]
    public void StockBelowZero_I1IsBroken() =>
        Broken(Good with { Redis = Good.Redis! with { Left = -1 } }).ShouldContain(one => one.Check.Contains("below zero"));

    [Fact]
    public void UnitVanishedFromRedis_I2IsBroken() =>
        Broken(Good with { Units = 4 }).ShouldContain(one => one.Invariant == "I2" && one.Detail.Contains("offered 4"));

    [Fact]
    public void SentAwayWhileAUnitWasLeft_I2IsBroken() =>
        Broken(Good with { Redis = Good.Redis! with { Left = 1 } }).ShouldContain(one => one.Check.StartsWith("Nobody was sent away"));

    [Fact]
    public void UnitLeftAndNobodySentAway_I2Holds()
    {
        AuditEvidence slack = Good with
        {
            Units = 4,
            Attempts = [.. Good.Attempts.Where(one => one.Answer != Answer.SoldOut)],
            Redis = Good.Redis! with { Left = 1, Total = 4 },
            MySql = Good.MySql! with { GuardUnits = 4 },
        };
        Broken(slack).ShouldBeEmpty();
    }

    [Fact]
    public void UserToldOfTwoOrders_I3IsBroken() =>
        Broken(Good with { Attempts = [.. Good.Attempts, Told(0, Answer.Accepted, 102)] }).ShouldContain(one => one.Check.StartsWith("No client was told of more"));

    [Fact]
    public void OneOrderGivenToTwoUsers_I3IsBroken() =>
        Broken(Good with { Attempts = [.. Good.Attempts, Told(3, Answer.Accepted, 100)] }).ShouldContain(one => one.Check.StartsWith("No order id was given"));

    [Fact]
    public void UserWithTwoActiveRows_I3IsBroken() =>
        Broken(Good with { MySql = Good.MySql! with { Orders = [Row(100, 0), Row(101, 0), Row(102, 2)] } }).ShouldContain(one => one.Check.StartsWith("No user has more"));

    [Fact]
    public void RepeatedGrabShownAnotherOrder_I3IsBroken() =>
        Broken(Good with { Attempts = [.. Good.Attempts, Told(1, Answer.AlreadyGrabbed, 102)] }).ShouldHaveSingleItem().Check.ShouldStartWith("A repeated grab");

    [Fact]
    public void AcceptedGrabWithoutARow_I4IsBroken() =>
        Broken(Good with { MySql = new MySqlEvidence([Row(100, 0), Row(101, 1)], Units, 2) })
            .ShouldContain(one => one.Invariant == "I4" && one.Detail.Contains("order 102 of user-2"));

    [Fact]
    public void RowOfAnotherUser_I4IsBroken() =>
        Broken(Good with { MySql = Good.MySql! with { Orders = [Row(100, 0), Row(101, 4), Row(102, 2)] } })
            .Where(one => one.Invariant == "I4").Select(one => one.Check).ShouldBe(
                ["Every accepted grab has exactly one row, of that user and id", "No row belongs to a user who was only ever refused", "Every row of MySQL stands in Kafka"]);

    [Fact]
    public void RowOfAUserWhoseAnswerWasLost_I4Holds()
    {
        AuditEvidence lost = Good with
        {
            Attempts = [.. Good.Attempts.Where(one => one.User != 2), Told(2, Answer.Error)],
        };
        Broken(lost).ShouldBeEmpty();
    }

    [Fact]
    public void ReservationThatNeverBecameARow_I4IsBroken() =>
        Broken(Good with { Redis = Good.Redis! with { Holdings = Holdings((0, 100), (1, 101), (2, 999)) } })
            .ShouldHaveSingleItem().Check.ShouldBe("Redis and MySQL name the same orders");

    [Fact]
    public void OutboxNotEmpty_I4IsBroken() =>
        Broken(Good with { Redis = Good.Redis! with { OutboxLength = 2 } }).ShouldHaveSingleItem().Check.ShouldBe("The outbox is empty");

    [Fact]
    public void ConnectedWinnerHeardNothing_I5IsBroken() =>
        Broken(Good with { Receipts = [Push(0, 100)] }).ShouldHaveSingleItem().Detail.ShouldContain("user-1 heard 0 times");

    [Fact]
    public void ConnectedWinnerHeardTwice_I5IsBroken() =>
        Broken(Good with { Receipts = [.. Good.Receipts, Push(1, 101)] }).ShouldHaveSingleItem().Detail.ShouldContain("user-1 heard 2 times");

    [Fact]
    public void RefusedUserToldOfAnOrder_I5IsBroken() =>
        Broken(Good with { Receipts = [.. Good.Receipts, Push(3, 102)] }).ShouldHaveSingleItem().Check.ShouldStartWith("Nobody was told of an order");

    [Fact]
    public void FailureThatMySqlExplainsAndThePushTells_IsNoViolation()
    {
        AuditEvidence failed = Good with
        {
            Redis = new RedisEvidence(1, Units, Holdings((0, 100), (2, 102)), 0),
            MySql = new MySqlEvidence([Row(100, 0), Row(101, 1, "failed"), Row(102, 2)], Units, 2),
            Receipts = [Push(0, 100), Push(1, 101, PushTypes.OrderFailed)],
        };
        Broken(failed).ShouldBeEmpty();
    }

    [Fact]
    public void CancelledByItsDeadlineAndWonAgainByTheSameUser_IsNoViolation()
    {
        AuditEvidence again = Good with
        {
            Attempts = [.. Good.Attempts, Told(1, Answer.Accepted, 103)],
            Redis = new RedisEvidence(0, Units, Holdings((0, 100), (1, 103), (2, 102)), 0),
            Kafka = new KafkaEvidence(Copies((0, 100), (1, 101), (2, 102), (1, 103)), 0, null),
            MySql = new MySqlEvidence([Row(100, 0), Row(101, 1, "cancelled"), Row(102, 2), Row(103, 1)], Units, 3),
            Receipts = [Push(0, 100), Push(1, 101), Push(1, 101, PushTypes.OrderCancelled), Push(1, 103)],
        };
        Broken(again).ShouldBeEmpty();
    }

    [Fact]
    public void ServersNotRead_TheirChecksAreNotCheckedRatherThanHeld()
    {
        IReadOnlyList<Finding> findings = InvariantAudit.Judge(Good with { Redis = null, Kafka = null, MySql = null });
        findings.Count(one => one.Status == FindingStatus.NotChecked).ShouldBe(17);
        findings.ShouldNotContain(one => one.Status == FindingStatus.Broken);
    }

    private static Finding[] Broken(AuditEvidence evidence) => [.. InvariantAudit.Judge(evidence).Where(one => one.Status == FindingStatus.Broken)];
}
