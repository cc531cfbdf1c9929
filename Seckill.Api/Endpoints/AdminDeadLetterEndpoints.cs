using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Audit;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Audit;
using Seckill.Core.DeadLetters;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/admin/dead-letters</c>: what no retry could mend, and what an operator decides of it, for viewers to see and operators to decide. A Worker carries replays out.</summary>
public static class AdminDeadLetterEndpoints
{
    public static void MapAdminDeadLetters(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder letters = app.MapGroup("/api/v1/admin/dead-letters").RequireAuthorization(BearerTokenRegistration.ViewerPolicy).WithTags("Admin");
        letters.MapGet("", ListAsync).WithName("listDeadLetters").WithSummary("Dead letters and unroutable messages, newest first")
            .ProducesProblems(ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.DatabaseUnavailable);
        letters.MapPost("/{id}/replay", ReplayAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("dead-letter.replay", "dead-letter/{id}")
            .WithName("replayDeadLetter").WithSummary("Puts a message back on its topic; carried out within a second or two")
            .ProducesProblems(
                ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownDeadLetter, ProblemTypes.DeadLetterDecided, ProblemTypes.DatabaseUnavailable);
        letters.MapPost("/{id}/discard", DiscardAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("dead-letter.discard", "dead-letter/{id}")
            .WithName("discardDeadLetter").WithSummary("Settles a message without replaying it")
            .ProducesProblems(
                ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownDeadLetter, ProblemTypes.DeadLetterDecided, ProblemTypes.DatabaseUnavailable);
    }

    private static async Task<Results<Ok<DeadLetterList>, ProblemResult>> ListAsync(
        DeadLetterStore store, CancellationToken stop, string? topic = null, string? status = "open", string? cause = null, string? before = null, int limit = 100)
    {
        Dictionary<string, string[]> errors = [];
        DeadLetterStatus known = default;
        if (status is not (null or "all") && !(Enum.TryParse(status, ignoreCase: true, out known) && Enum.IsDefined(known) && !char.IsAsciiDigit(status[0])))
        {
            errors["status"] = ["open, replaying, replayed, discarded or all"];
        }

        long last = 0;
        if (before is not null && !(long.TryParse(before, out last) && last > 0))
        {
            errors["before"] = ["an id"];
        }

        if (limit is < 1 or > DeadLetterFilter.MaxLimit)
        {
            errors["limit"] = [$"1 to {DeadLetterFilter.MaxLimit}"];
        }

        if (errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        IReadOnlyList<DeadLetter> letters = await store.ListAsync(
            new DeadLetterFilter { Topic = topic, Status = status is null or "all" ? null : known, Cause = cause, Before = before is null ? null : last, Limit = limit }, stop);
        return TypedResults.Ok(new DeadLetterList([.. letters.Select(DeadLetterView.Of)]));
    }

    private static async Task<Results<Ok<DeadLetterView>, ProblemResult>> ReplayAsync(
        string id, DeadLetterStore store, ClaimsPrincipal user, AuditNote audit, CancellationToken stop) =>
        await DecideAsync(id, store, letter => store.ReplayAsync(letter, user.GetUserId().Value, audit, stop), stop);

    private static async Task<Results<Ok<DeadLetterView>, ProblemResult>> DiscardAsync(
        string id, DeadLetterStore store, ClaimsPrincipal user, AuditNote audit, CancellationToken stop) =>
        await DecideAsync(id, store, letter => store.DiscardAsync(letter, user.GetUserId().Value, audit, stop), stop);

    private static async Task<Results<Ok<DeadLetterView>, ProblemResult>> DecideAsync(
        string id, DeadLetterStore store, Func<long, Task<DecisionOutcome>> decide, CancellationToken stop)
    {
        if (!long.TryParse(id, out long letter))
        {
            return new ProblemResult(ProblemTypes.UnknownDeadLetter);
        }

        return await decide(letter) switch
        {
            DecisionOutcome.Taken => TypedResults.Ok(DeadLetterView.Of((await store.FindAsync(letter, stop))!)),
            DecisionOutcome.DecidedBefore => new ProblemResult(ProblemTypes.DeadLetterDecided),
            _ => new ProblemResult(ProblemTypes.UnknownDeadLetter),
        };
    }
}
