using Seckill.Core.Grab;
using Seckill.Core.Ids;

namespace Seckill.Api.Problems;

/// <summary>The one place where a refused grab becomes an HTTP answer.</summary>
public static class GrabProblems
{
    /// <summary>The problem type of a refusal.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a refusal.</exception>
    public static ProblemType TypeOf(GrabOutcome outcome) => outcome switch
    {
        GrabOutcome.AlreadyGrabbed => ProblemTypes.AlreadyGrabbed,
        GrabOutcome.SoldOut => ProblemTypes.SoldOut,
        GrabOutcome.NotOpen => ProblemTypes.NotOpen,
        GrabOutcome.Closed => ProblemTypes.Closed,
        GrabOutcome.UnknownSale => ProblemTypes.UnknownSale,
        GrabOutcome.UnknownSku => ProblemTypes.UnknownSku,
        GrabOutcome.NotEligible => ProblemTypes.NotEligible,
        GrabOutcome.Throttled => ProblemTypes.Throttled,
        GrabOutcome.Overloaded => ProblemTypes.Overloaded,
        GrabOutcome.OutboxFull => ProblemTypes.OutboxFull,
        GrabOutcome.OutcomeUnknown => ProblemTypes.OutcomeUnknown,
        GrabOutcome.StockUnavailable => ProblemTypes.StockUnavailable,
        GrabOutcome.NotWarmed => ProblemTypes.NotWarmed,
        GrabOutcome.Fenced => ProblemTypes.Fenced,
        GrabOutcome.GrabTokenRequired => ProblemTypes.GrabTokenRequired,
        GrabOutcome.GrabTokenInvalid => ProblemTypes.GrabTokenInvalid,
        GrabOutcome.GrabTokenExpired => ProblemTypes.GrabTokenExpired,
        GrabOutcome.GrabTokenUsed => ProblemTypes.GrabTokenUsed,
        GrabOutcome.ThrottledIp => ProblemTypes.ThrottledIp,
        GrabOutcome.ThrottledSale => ProblemTypes.ThrottledSale,
        GrabOutcome.ThrottledNode => ProblemTypes.ThrottledNode,
        GrabOutcome.Paused => ProblemTypes.Paused,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not a refusal."),
    };

    /// <summary>The answer.</summary>
    public static ProblemResult Of(GrabResult result) =>
        new(TypeOf(result.Outcome), order: OrderIn(result), retryAfter: result.RetryAfter);

    /// <summary>The order that a refusal names; null when it names none.</summary>
    public static OrderId? OrderIn(GrabResult result) =>
        result.Outcome is GrabOutcome.AlreadyGrabbed || (result.Outcome is GrabOutcome.GrabTokenUsed && result.Order != default) ? result.Order : null;
}
