using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Seckill.Core.Admission;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Admission;

public sealed class AdmissionGateTests
{
    private static readonly UserId Alice = new("alice");
    private static readonly UserId Bob = new("bob");
    private static readonly Sale Unlimited = SaleWith(SaleAdmission.Unlimited);

    // The start of a window, so that the arithmetic below is plain.
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch.AddSeconds(1_000));

    [Fact]
    public void OverTheUsersLimit_IsRefused_OthersAreNot()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 3 });

        for (int i = 0; i < 3; i++)
        {
            Check(gate, Alice).Admitted.ShouldBeTrue();
        }

        Check(gate, Alice).Limiter.ShouldBe(AdmissionLimiter.User);
        Check(gate, Bob).Admitted.ShouldBeTrue();
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
            Check(gate, Alice).Admitted.ShouldBeTrue();
        }

        TimeSpan wait = Check(gate, Alice).RetryAfter;
        wait.ShouldBeGreaterThan(TimeSpan.Zero);
        _time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Check(gate, Alice).Admitted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Check(gate, Alice).Admitted.ShouldBeTrue();
    }

    [Fact]
    public void Hammering_AdmitsAtTheLimitsRate_NotNever()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 10 });
        int admitted = 0;

        for (int i = 0; i < 10_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            admitted += Check(gate, Alice).Admitted ? 1 : 0;
        }

        // Ten seconds at ten a second; the two-window estimate is off by a window at the edges.
        admitted.ShouldBeInRange(90, 110);
    }

    [Fact]
    public void ZeroLimit_SwitchesTheLimiterOff()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 0 });

        Enumerable.Range(0, 1_000).ShouldAllBe(_ => Check(gate, Alice).Admitted);
    }

    [Fact]
    public void FullTable_AdmitsUncounted_AndCountsAgainOnceOthersLeft()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 1, MaxCountedUsers = 64 });
        for (int i = 0; i < 5_000; i++)
        {
            Check(gate, new UserId($"user-{i}")).Admitted.ShouldBeTrue();
        }

        _time.Advance(TimeSpan.FromSeconds(2));

        Check(gate, Alice).Admitted.ShouldBeTrue();
        Check(gate, Alice).Admitted.ShouldBeFalse();
    }

    [Fact]
    public void NodeBucketEmpty_IsRefusedWithATime_AndARefusedUserTakesNoToken()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 1, NodeRatePerSecond = 1, NodeBurst = 2 });

        Check(gate, Alice).Admitted.ShouldBeTrue();
        Check(gate, Alice).Limiter.ShouldBe(AdmissionLimiter.User);
        Check(gate, Bob).Admitted.ShouldBeTrue();

        AdmissionDecision refused = Check(gate, new UserId("carol"));
        refused.Limiter.ShouldBe(AdmissionLimiter.Node);
        refused.RetryAfter.ShouldBeInRange(TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void OverTheAddressesLimit_IsRefused_OtherAddressesAndUnknownOnesAreNot()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { IpLimit = 1 });
        ClientAddress home = ClientAddress.Of(IPAddress.Parse("192.0.2.1"));

        Check(gate, Alice, home).Admitted.ShouldBeTrue();
        AdmissionDecision refused = Check(gate, Bob, home);
        refused.Limiter.ShouldBe(AdmissionLimiter.Ip);
        refused.RetryAfter.ShouldBeInRange(TimeSpan.FromTicks(1), TimeSpan.FromSeconds(2));
        Check(gate, Bob, ClientAddress.Of(IPAddress.Parse("192.0.2.2"))).Admitted.ShouldBeTrue();
        Check(gate, Bob).Admitted.ShouldBeTrue();
    }

    [Fact]
    public void AUserWhoHammers_DoesNotUseUpTheAddressThatOthersShare()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 2, IpLimit = 10 });
        ClientAddress office = ClientAddress.Of(IPAddress.Parse("192.0.2.1"));
        for (int i = 0; i < 100; i++)
        {
            Check(gate, Alice, office);
        }

        Check(gate, Bob, office).Admitted.ShouldBeTrue();
    }

    [Fact]
    public void ASaleThatIsOverrun_TakesNoTokenOfTheNode_AndAFullNodeGivesTheSalesTokenBack()
    {
        using AdmissionGate gate = Gate(new AdmissionOptions { UserLimit = 0, NodeRatePerSecond = 1, NodeBurst = 3 });
        Sale limited = SaleWith(new SaleAdmission { RatePerSecond = 1, Burst = 2 });

        Check(gate, limited).Limiter.ShouldBe(AdmissionLimiter.None);
        Check(gate, limited).Limiter.ShouldBe(AdmissionLimiter.None);
        AdmissionDecision refused = Check(gate, limited);
        refused.ShouldBe(new AdmissionDecision(AdmissionLimiter.Sale, TimeSpan.FromSeconds(1)));
        Enumerable.Range(0, 50).ShouldAllBe(_ => Check(gate, limited).Limiter == AdmissionLimiter.Sale);

        // One token of the node is left, for any sale; the next grabs of the limited one find the node empty and keep their token.
        Check(gate, Unlimited).Admitted.ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(1));
        Check(gate, limited).Limiter.ShouldBe(AdmissionLimiter.Node);
        Check(gate, limited).Limiter.ShouldBe(AdmissionLimiter.Node);
    }

    [Fact]
    public void ASaleThatLeftTheCatalog_IsForgotten()
    {
        Sale sale = SaleWith(new SaleAdmission { RatePerSecond = 1, Burst = 1 });
        CatalogSnapshot catalog = new(1, [sale]);
        using SaleLimiter sales = new(() => catalog, new FakeTokenServer(_time).LendAsync, new RedisAbsence(_time, NullLogger.Instance), new AdmissionOptions(), _time);
        Complete(sales.TakeAsync(sale)).ShouldBe(TimeSpan.Zero);
        sales.ForgetGoneSales();
        sales.Count.ShouldBe(1);

        catalog = CatalogSnapshot.Empty;
        sales.ForgetGoneSales();

        sales.Count.ShouldBe(0);
    }

    private static Sale SaleWith(SaleAdmission admission) =>
        new(new SaleId(7), "Sale", new SaleWindow(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1)), SaleState.Scheduled, false, 1, DateTimeOffset.UnixEpoch, []) { Admission = admission };

    private static AdmissionDecision Check(AdmissionGate gate, UserId user, ClientAddress from = default) => Complete(gate.CheckAsync(Unlimited, user, from));

    private static AdmissionDecision Check(AdmissionGate gate, Sale sale) => Complete(gate.CheckAsync(sale, Alice, default));

    // Nothing here has to wait for Redis.
    private static T Complete<T>(ValueTask<T> decision)
    {
        decision.IsCompletedSuccessfully.ShouldBeTrue();
        return decision.GetAwaiter().GetResult();
    }

    private AdmissionGate Gate(AdmissionOptions options)
    {
        RedisAbsence absence = new(_time, NullLogger.Instance);
        SaleLimiter sales = new(() => CatalogSnapshot.Empty, new FakeTokenServer(_time).LendAsync, absence, options, _time);
        // The shared window is off, and asks nobody.
        return new AdmissionGate(options, sales, new SharedUserWindow(null!, options, absence), _time);
    }
}
