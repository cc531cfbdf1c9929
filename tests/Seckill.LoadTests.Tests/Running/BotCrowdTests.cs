using Seckill.Core.Ids;
using Seckill.LoadTests.Crowd;
using Seckill.LoadTests.Running;
using Shouldly;
using Xunit;

namespace Seckill.LoadTests.Tests.Running;

/// <summary>A forgery that is taken must not pass for one that was refused.</summary>
public sealed class BotCrowdTests
{
    public static TheoryData<BotTrick> Forgeries => [.. Enum.GetValues<BotTrick>().Where(trick => trick is not BotTrick.Hammer)];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void AForgeryThatWins_IsTaken(BotTrick trick) => BotCrowd.IsFitting(trick, new StepAnswer(Answer.Accepted, new OrderId(1))).ShouldBeFalse();

    [Theory]
    [InlineData(BotTrick.NoToken, "403 grab-token-required", true)]
    [InlineData(BotTrick.NoToken, "403 grab-token-invalid", false)]
    [InlineData(BotTrick.ForgedToken, "403 grab-token-invalid", true)]
    [InlineData(BotTrick.ForeignToken, "403 grab-token-invalid", true)]
    [InlineData(BotTrick.ForeignToken, "409 grab-token-used", false)]
    [InlineData(BotTrick.UsedToken, "409 grab-token-used", true)]
    [InlineData(BotTrick.ForgedBearer, "401 unauthenticated", true)]
    [InlineData(BotTrick.ForgedBearer, "403 forbidden", false)]
    public void ARefusal_MustHaveTheTricksName(BotTrick trick, string detail, bool fitting) => BotCrowd.IsFitting(trick, new StepAnswer(Answer.Refused, Detail: detail)).ShouldBe(fitting);

    [Fact]
    public void AForgedBearer_MayNotEvenHearThatItIsSoldOut() => BotCrowd.IsFitting(BotTrick.ForgedBearer, new StepAnswer(Answer.SoldOut)).ShouldBeFalse();
}
