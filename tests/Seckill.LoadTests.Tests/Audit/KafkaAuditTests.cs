using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Running;
using Shouldly;
using Xunit;
using static Seckill.LoadTests.Tests.Audit.Evidence;

namespace Seckill.LoadTests.Tests.Audit;

/// <summary>Each test spoils what Kafka says of a flawless run in one way.</summary>
public sealed class KafkaAuditTests
{
    private const string Gap = "7 messages were dropped by the broker before they were read";
    private const string AcceptedGrabs = "Every accepted grab stands in Kafka at least once, under that user";
    private const string Rows = "Every row of MySQL stands in Kafka";
    private const string Strangers = "Kafka names no order that neither Redis nor MySQL knows";

    private static readonly AuditEvidence Good = Flawless();

    [Fact]
    public void WinnerNotInKafka_I4IsBroken()
    {
        Finding[] broken = Broken(Kafka((0, 100), (1, 101)));

        broken.Select(one => one.Check).ShouldBe([AcceptedGrabs, Rows]);
        broken.ShouldAllBe(one => one.Invariant == "I4" && one.Detail.Contains("order 102 of user-2"));
    }

    [Fact]
    public void WinnersOrderInKafkaUnderAnother_IsBroken() =>
        Broken(Kafka((0, 100), (1, 101), (4, 102))).Select(one => one.Check).ShouldBe([AcceptedGrabs, Rows, Strangers]);

    [Fact]
    public void OrderInKafkaThatNobodyElseKnows_I4IsBroken()
    {
        AuditEvidence spoilt = Kafka((0, 100), (1, 101), (2, 102), (4, 999));

        Broken(spoilt).Select(one => one.Check).ShouldBe(["Kafka names no more orders than there are units", Strangers]);
        Broken(spoilt)[^1].Detail.ShouldContain("order 999 of user-4");
    }

    [Fact]
    public void OrderInKafkaThatOnlyRedisKnows_IsNoStranger() =>
        Of(Kafka((0, 100), (1, 101), (2, 102)) with { MySql = new MySqlEvidence([Row(100, 0), Row(101, 1)], Units, 2) }, Strangers).Status.ShouldBe(FindingStatus.Held);

    [Fact]
    public void TwoOrdersOfAUserInKafka_I3IsBroken() =>
        Broken(Kafka((0, 100), (1, 101), (2, 102), (0, 103))).ShouldContain(one => one.Invariant == "I3" && one.Detail.Contains("user-0 has 2"));

    [Fact]
    public void OneOrderIdUnderTwoUsersInKafka_I3IsBroken() =>
        Broken(Kafka((0, 100), (1, 101), (2, 102), (3, 100))).ShouldContain(one => one.Check == "No order id stands in Kafka under two users");

    [Fact]
    public void RowThatNeverWentThroughKafka_I4IsBroken()
    {
        AuditEvidence unheard = Good with { Attempts = [.. Good.Attempts.Where(one => one.User != 2), Told(2, Answer.Error)] };

        Broken(unheard with { Kafka = new KafkaEvidence(Copies((0, 100), (1, 101)), 0, null) }).ShouldHaveSingleItem().Check.ShouldBe(Rows);
    }

    [Fact]
    public void RepeatedMessages_AreCountedAndNoViolation()
    {
        AuditEvidence repeated = Kafka((0, 100), (1, 101), (1, 101), (1, 101), (2, 102));

        Broken(repeated).ShouldBeEmpty();
        Of(repeated, AcceptedGrabs).Detail.ShouldBe("3 orders, 2 messages repeated");
    }

    [Fact]
    public void GapAndAllWereFound_OnlyWhatNeedsTheWholeIsNotChecked()
    {
        AuditEvidence evidence = Good with { Kafka = Good.Kafka! with { Gap = Gap } };

        Of(evidence, AcceptedGrabs).Status.ShouldBe(FindingStatus.Held);
        Of(evidence, Rows).Status.ShouldBe(FindingStatus.Held);
        NotChecked(evidence).Length.ShouldBe(4);
        NotChecked(evidence).ShouldAllBe(one => one.Detail.Contains(Gap));
    }

    [Fact]
    public void GapAndAWinnerWasNotFound_IsNotCheckedAndSaysHowMuchIsMissing()
    {
        AuditEvidence evidence = Kafka((0, 100), (1, 101)) with { Kafka = new KafkaEvidence(Copies((0, 100), (1, 101)), 0, Gap) };

        Broken(evidence).ShouldBeEmpty();
        Of(evidence, AcceptedGrabs).Status.ShouldBe(FindingStatus.NotChecked);
        Of(evidence, AcceptedGrabs).Detail.ShouldSatisfyAllConditions(detail => detail.ShouldContain("order 102 of user-2"), detail => detail.ShouldContain(Gap));
    }

    [Fact]
    public void GapAndAStrangerWasFound_I4IsBrokenNoneTheLess() =>
        Broken(Good with { Kafka = new KafkaEvidence(Copies((4, 999)), 0, Gap) }).ShouldHaveSingleItem().Check.ShouldBe(Strangers);

    private static AuditEvidence Kafka(params (int User, long Order)[] messages) => Good with { Kafka = new KafkaEvidence(Copies(messages), 0, null) };

    private static Finding Of(AuditEvidence evidence, string check) => InvariantAudit.Judge(evidence).Single(one => one.Check == check);

    private static Finding[] Broken(AuditEvidence evidence) => With(evidence, FindingStatus.Broken);

    private static Finding[] NotChecked(AuditEvidence evidence) => With(evidence, FindingStatus.NotChecked);

    private static Finding[] With(AuditEvidence evidence, FindingStatus status) => [.. InvariantAudit.Judge(evidence).Where(one => one.Status == status)];
}
