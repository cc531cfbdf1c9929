using System.Collections.Frozen;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Shouldly;
using Xunit;

namespace Seckill.Core.Tests.Grab;

public sealed class SoldOutPageTests
{
    [Theory]
    [InlineData(1, "0=41", GrabOutcome.AlreadyGrabbed, 41)]
    [InlineData(2, "0=41", GrabOutcome.SoldOut, 0)]
    [InlineData(2, "1=42,0=41", GrabOutcome.AlreadyGrabbed, 42)]
    [InlineData(1, "0=9223372036854775807", GrabOutcome.AlreadyGrabbed, long.MaxValue)]
    public void AHolder_AtTheLimit_HearsOfTheOrderHeldFirst_AndBelowIt_OfNoUnit(int limit, string held, GrabOutcome outcome, long order) =>
        Page(limit, held).Answer(new UserId("holder")).ShouldBe(new GrabResult(outcome, new OrderId(order)));

    [Theory]
    [InlineData("stranger")]
    [InlineData("Holder")]
    public void EveryoneElse_IsTooLate(string user) =>
        Page(1, "0=41").Answer(new UserId(user)).ShouldBe(new GrabResult(GrabOutcome.SoldOut));

    private static SoldOutPage Page(int limit, string held) =>
        new(1, 5, limit, new Dictionary<string, string> { ["holder"] = held }.ToFrozenDictionary(StringComparer.Ordinal));
}
