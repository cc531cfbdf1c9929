using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Identity;
using Seckill.Core.Ids;

namespace Seckill.Api.Endpoints;

/// <summary><c>POST /api/v1/dev/tokens</c>: a token for anyone who asks. Not even mapped outside Development.</summary>
public static class DevTokenEndpoints
{
    public static void MapDevTokens(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            // A crowd for a load run asks from one address.
            app.MapPost("/api/v1/dev/tokens", Issue).DisableRateLimiting().WithTags("Development").WithName("issueDevToken").WithSummary("A token for any user (Development only)")
                .ProducesProblems(ProblemTypes.Invalid);
        }
    }

    private static Results<Ok<DevToken>, ProblemResult> Issue(DevTokenRequest body, AccessTokens tokens)
    {
        Dictionary<string, string[]> errors = [];
        if (!UserId.TryParse(body.UserId, out UserId user))
        {
            errors["userId"] = ["1 to 64 letters, digits or -_.@|+"];
        }

        if (body.Role is { } role && !Roles.IsKnown(role))
        {
            errors["role"] = [string.Join(" or ", Roles.All)];
        }

        if (errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        AccessToken token = tokens.Issue(user, body.Role ?? Roles.Buyer);
        return TypedResults.Ok(new DevToken(token.Value, token.ExpiresAt));
    }
}
