using System.Reflection;
using System.Text.RegularExpressions;
using Seckill.Api.Problems;
using Seckill.Core.Grab;
using Seckill.Core.Ids;
using Seckill.Local;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Api;

/// <summary>Goal: <c>docs/errors</c> and the code say the same, and no refusal of the engine goes without its problem. No server is needed.</summary>
public sealed partial class ProblemCatalogueTests
{
    [Fact]
    public void TheDocument_ListsExactlyTheProblemsOfTheCode_WithStatusTitleAndDetail()
    {
        string[] documented = [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "errors", "README.md"))
            .Select(line => Row().Match(line)).Where(match => match.Success)
            .Select(match => $"{match.Groups["name"].Value} {match.Groups["status"].Value} {match.Groups["meaning"].Value}")];

        documented.Order().ShouldBe(ProblemTypes.All.Select(type => $"{type.Name} {type.Status} {type.Title}. {type.Detail}").Order());
    }

    [Fact]
    public void All_NamesEveryTypeOnce()
    {
        IEnumerable<ProblemType> declared = typeof(ProblemTypes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<ProblemType>();

        ProblemTypes.All.ShouldBe(declared, ignoreOrder: true);
        ProblemTypes.All.Select(type => type.Name).ShouldBeUnique();
        ProblemTypes.All.ShouldAllBe(type => KebabCase().IsMatch(type.Name));
    }

    [Theory]
    [InlineData(GrabOutcome.AlreadyGrabbed, "already-grabbed", 409)]
    [InlineData(GrabOutcome.SoldOut, "sold-out", 409)]
    [InlineData(GrabOutcome.NotOpen, "not-open", 425)]
    [InlineData(GrabOutcome.Closed, "closed", 410)]
    [InlineData(GrabOutcome.UnknownSale, "unknown-sale", 404)]
    [InlineData(GrabOutcome.UnknownSku, "unknown-sku", 404)]
    [InlineData(GrabOutcome.NotEligible, "not-eligible", 403)]
    [InlineData(GrabOutcome.Throttled, "throttled", 429)]
    [InlineData(GrabOutcome.ThrottledIp, "throttled-ip", 429)]
    [InlineData(GrabOutcome.ThrottledSale, "throttled-sale", 429)]
    [InlineData(GrabOutcome.ThrottledNode, "throttled-node", 429)]
    [InlineData(GrabOutcome.Overloaded, "overloaded", 503)]
    [InlineData(GrabOutcome.OutboxFull, "outbox-full", 503)]
    [InlineData(GrabOutcome.OutcomeUnknown, "outcome-unknown", 503)]
    [InlineData(GrabOutcome.StockUnavailable, "stock-unavailable", 503)]
    [InlineData(GrabOutcome.NotWarmed, "not-warmed", 503)]
    [InlineData(GrabOutcome.Fenced, "fenced", 503)]
    [InlineData(GrabOutcome.GrabTokenRequired, "grab-token-required", 403)]
    [InlineData(GrabOutcome.GrabTokenInvalid, "grab-token-invalid", 403)]
    [InlineData(GrabOutcome.GrabTokenExpired, "grab-token-expired", 403)]
    [InlineData(GrabOutcome.GrabTokenUsed, "grab-token-used", 409)]
    [InlineData(GrabOutcome.Paused, "paused", 503)]
    public void ARefusal_HasItsNameAndStatus(GrabOutcome outcome, string name, int status)
    {
        ProblemType type = GrabProblems.Of(new GrabResult(outcome, new OrderId(7))).Type;

        (type.Name, type.Status).ShouldBe((name, status));
    }

    [Fact]
    public void EveryOutcomeButTheGoodOne_IsARefusal()
    {
        foreach (GrabOutcome outcome in Enum.GetValues<GrabOutcome>().Except([GrabOutcome.Reserved]))
        {
            ProblemTypes.All.ShouldContain(GrabProblems.TypeOf(outcome));
        }

        Should.Throw<ArgumentOutOfRangeException>(() => GrabProblems.TypeOf(GrabOutcome.Reserved));
    }

    [Fact]
    public void AnyErrorStatus_HasAType_OfThatStatusOr500()
    {
        for (int status = 400; status < 600; status++)
        {
            ProblemType type = ProblemTypes.OfStatus(status);
            type.Status.ShouldBe(status < 500 ? status : 500);
        }
    }

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| (?<status>\d+) \| (?<meaning>[^|]+) \| [^|]+ \| [^|]+ \|$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Row();

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex KebabCase();
}
