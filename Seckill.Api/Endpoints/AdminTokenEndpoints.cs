using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Audit;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/admin/users/{userId}/token-revocations</c>, for role admin.</summary>
public static class AdminTokenEndpoints
{
    public static void MapAdminTokens(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/admin/users/{userId}/token-revocations", RevokeAsync).RequireAuthorization(BearerTokenRegistration.AdminPolicy).Audited("tokens.revoke", "user/{userId}")
            .WithTags("Admin")
            .WithName("revokeTokens").WithSummary("Revokes one token of a user, or all that were issued up to now; safe to repeat")
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.TokenRevoked, ProblemTypes.Forbidden, ProblemTypes.RevocationsFull, ProblemTypes.UnsupportedMediaType,
                ProblemTypes.StockUnavailable);

    private static async Task<Results<NoContent, ProblemResult>> RevokeAsync(string userId, RevokeTokens body, RevocationStore store)
    {
        Dictionary<string, string[]> errors = [];
        if (!UserId.TryParse(userId, out UserId user))
        {
            errors["userId"] = ["1 to 64 letters, digits or -_.@|+"];
        }

        if (body.TokenId is not null && !Revocation.IsTokenId(body.TokenId))
        {
            errors["tokenId"] = [$"1 to {Revocation.MaxTokenIdLength} visible ASCII characters."];
        }

        if (errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        RevokeStatus status = body.TokenId is { } id ? await store.RevokeAsync(user, id) : await store.RevokeAllAsync(user);
        return status is RevokeStatus.Full ? new ProblemResult(ProblemTypes.RevocationsFull) : TypedResults.NoContent();
    }
}
