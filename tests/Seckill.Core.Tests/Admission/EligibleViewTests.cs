using Seckill.Core.Admission;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Admission;

/// <summary>Goal: no filter refuses a user whom it may not know. Method: each half of what a refusal rests on is taken away.</summary>
public sealed class EligibleViewTests
{
    private static readonly TimeSpan Trust = TimeSpan.FromMilliseconds(900);
    private static readonly UserId Listed = new("listed"), Stranger = new("stranger");

    private readonly ManualTime _time = new();
    private readonly EligibleView _view = new();

    [Fact]
    public void AFilterOfTheVersionThatRedisNamed_RefusesStrangersOnly()
    {
        _view.Take(Filter(), 5);
        _view.Confirm(5, _time.GetTimestamp());

        _view.SurelyLacks(Stranger, Trust, _time).ShouldBeTrue();
        _view.SurelyLacks(Listed, Trust, _time).ShouldBeFalse();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(0)]
    public void AFilterOfAnotherVersion_RefusesNobody(long named)
    {
        _view.Take(Filter(), 5);
        _view.Confirm(named, _time.GetTimestamp());

        _view.SurelyLacks(Stranger, Trust, _time).ShouldBeFalse();
    }

    [Fact]
    public void NothingLoaded_RefusesNobody()
    {
        _view.Confirm(5, _time.GetTimestamp());

        _view.SurelyLacks(Stranger, Trust, _time).ShouldBeFalse();
    }

    [Fact]
    public void RedisWasAskedTooLongAgo_RefusesNobody_UntilItAnswersAgain()
    {
        _view.Take(Filter(), 5);
        _view.Confirm(5, _time.GetTimestamp());
        _time.Advance(Trust);

        _view.SurelyLacks(Stranger, Trust, _time).ShouldBeFalse();
        _view.Confirm(5, _time.GetTimestamp());
        _view.SurelyLacks(Stranger, Trust, _time).ShouldBeTrue();
    }

    [Fact]
    public void TrustEnds_BeforeAnUploadIsAcknowledged() => EligibilityGate.TrustFor.ShouldBeLessThan(EligibilityGate.AnnounceFor);

    private static BloomFilter Filter()
    {
        BloomFilter filter = new(10, 0.0001);
        filter.Add(Listed.Value);
        return filter;
    }
}
