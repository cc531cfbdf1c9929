using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;

namespace Seckill.Api.Endpoints;

/// <summary><c>POST /api/v1/sales/{saleId}/items/{skuId}/grab-token</c>, see docs/grab-tokens.md.</summary>
public static class GrabTokenEndpoints
{
    /// <summary>The header in which a grab shows its token.</summary>
    public const string Header = "X-Grab-Token";

    public static void MapGrabTokens(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/sales/{saleId}/items/{skuId}/grab-token", AskAsync)
            .RequireAuthorization()
            .WithTags("Sales")
            .WithName("grabToken")
            .WithSummary("Asks for the token that a grab of this item must show")
            .WithDescription(
                "From the opening on. Where the sale wants a proof of work, the first question (without a body) is answered 403 proof-of-work-required with a challenge: { text, bits, expiresAt }. "
                + "Find a nonce such that SHA-256(text as ASCII, then the nonce as 8 bytes, big-endian) begins with that many zero bits, and ask again with { challenge: text, nonce }. "
                + "The same solution always gives the same token, so a lost answer may be asked for again. "
                + "Where the sale has a waiting room, only who is admitted is answered: others are told waiting-room-required, or waiting-room (429) with their position.")
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.ProofOfWorkRequired, ProblemTypes.UnknownSale, ProblemTypes.SoldOut, ProblemTypes.Closed, ProblemTypes.NotOpen,
                ProblemTypes.WaitingRoom, ProblemTypes.StockUnavailable);

    private static async Task<Results<Ok<GrabTokenView>, ProblemResult>> AskAsync(string saleId, string skuId, GrabTokenRequest? body, ClaimsPrincipal user, GrabTokenDesk desk)
    {
        if (!SaleId.TryParse(saleId, out SaleId sale))
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        if (!SkuId.TryParse(skuId, out SkuId sku))
        {
            return new ProblemResult(ProblemTypes.UnknownSku);
        }

        if (body is not null && (body.Challenge is null || body.Nonce is null or < 0))
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: new Dictionary<string, string[]> { ["nonce"] = ["challenge and nonce come together; the nonce is 0 or more."] });
        }

        GrabTokenAnswer answer = await desk.AskAsync(sale, sku, user.GetUserId(), body?.Challenge, body?.Nonce ?? 0);
        return answer.Kind switch
        {
            GrabTokenAnswerKind.Issued => TypedResults.Ok(new GrabTokenView(answer.Token.Value, answer.Token.ExpiresAt)),
            GrabTokenAnswerKind.NotAdmitted => RoomProblems.Of(answer.Room),
            GrabTokenAnswerKind.WorkRequired => new ProblemResult(ProblemTypes.ProofOfWorkRequired, challenge: ChallengeView.Of(answer.Challenge!)),
            GrabTokenAnswerKind.WorkInvalid => new ProblemResult(ProblemTypes.ProofOfWorkInvalid, challenge: ChallengeView.Of(answer.Challenge!)),
            _ => GrabProblems.Of(answer.Refusal),
        };
    }
}
