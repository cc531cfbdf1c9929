using Microsoft.Extensions.Options;
using Seckill.Core.Admission;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Admission;

public sealed class AdmissionGateTests
{
    private static readonly UserId Alice = new("alice");
    private static readonly UserId Bob = new("bob");

    // The start of a window, so that the arithmetic below is plain.
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch.AddSeconds(1_000));

    [Fact]
    public void OverTheUsersLimit_IsRefused_OthersAreNot()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 3 });

        for (int i = 0; i < 3; i++)
        {
            gate.Check(Alice).Admitted.ShouldBeTrue();
        }

        gate.Check(Alice).Limiter.ShouldBe(AdmissionLimiter.User);
        gate.Check(Bob).Admitted.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(250)]
    [InlineData(999)]
    public void AfterRetryAfter_AndNoSooner_AnotherGrabIsAdmitted(int offsetMs)
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 5 });
        _time.Advance(TimeSpan.FromMilliseconds(offsetMs));
        for (int i = 0; i < 5; i++)
        {
            gate.Check(Alice).Admitted.ShouldBeTrue();
        }

        TimeSpan wait = gate.Check(Alice).RetryAfter;
        wait.ShouldBeGreaterThan(TimeSpan.Zero);
        _time.Advance(wait - TimeSpan.FromMilliseconds(1));
        gate.Check(Alice).Admitted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(2));
        gate.Check(Alice).Admitted.ShouldBeTrue();
    }

    [Fact]
    public void Hammering_AdmitsAtTheLimitsRate_NotNever()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 10 });
        int admitted = 0;

        for (int i = 0; i < 10_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            admitted += gate.Check(Alice).Admitted ? 1 : 0;
        }

        // Ten seconds at ten a second; the two-window estimate is off by a window at the edges.
        admitted.ShouldBeInRange(90, 110);
    }

    [Fact]
    public void ZeroLimit_SwitchesTheLimiterOff()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 0 });

        Enumerable.Range(0, 1_000).ShouldAllBe(_ => gate.Check(Alice).Admitted);
    }

    [Fact]
    public void FullTable_AdmitsUncounted_AndCountsAgainOnceOthersLeft()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 1, MaxCountedUsers = 64 });
        for (int i = 0; i < 5_000; i++)
        {
            gate.Check(new UserId($"user-{i}")).Admitted.ShouldBeTrue();
        }

        _time.Advance(TimeSpan.FromSeconds(2));

        gate.Check(Alice).Admitted.ShouldBeTrue();
        gate.Check(Alice).Admitted.ShouldBeFalse();
    }

    [Fact]
    public void NodeBucketEmpty_IsRefusedWithATime_AndARefusedUserTakesNoToken()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 1, NodeRatePerSecond = 1, NodeBurst = 2 });

        gate.Check(Alice).Admitted.ShouldBeTrue();
        gate.Check(Alice).Limiter.ShouldBe(AdmissionLimiter.User);
        gate.Check(Bob).Admitted.ShouldBeTrue();

        AdmissionDecision refused = gate.Check(new UserId("carol"));
        refused.Limiter.ShouldBe(AdmissionLimiter.Node);
        refused.RetryAfter.ShouldBeInRange(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
    }

    private AdmissionGate Gate(AdmissionOptions options) => new(Options.Create(options), _time);
}
