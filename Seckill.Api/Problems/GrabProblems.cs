using Seckill.Core.Grab;

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
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not a refusal."),
    };

    /// <summary>The answer.</summary>
    public static ProblemResult Of(GrabResult result) =>
        new(TypeOf(result.Outcome), order: result.Outcome is GrabOutcome.AlreadyGrabbed ? result.Order : null, retryAfter: result.RetryAfter);
}
