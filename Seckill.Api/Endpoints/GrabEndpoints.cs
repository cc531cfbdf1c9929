using Seckill.Api.Contracts;
using Seckill.Api.Grabs;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;

namespace Seckill.Api.Endpoints;

/// <summary><c>POST /api/v1/sales/{saleId}/items/{skuId}/grabs</c>, for the document and for the router; <see cref="GrabEdge"/> answers.</summary>
public static class GrabEndpoints
{
    public static void MapGrabs(this IEndpointRouteBuilder app) =>
        app.MapPost(GrabPath.Pattern, (string saleId, string skuId, HttpContext context, GrabEdge edge) => edge.AnswerAsync(context, saleId, skuId))
            .WithTags("Sales")
            .WithName("grab")
            .WithSummary("Tries to reserve one unit for the caller")
            .WithDescription("A sale whose admission.grabToken is not none wants the caller's grab token for this item in the header X-Grab-Token.")
            .Produces<GrabView>(StatusCodes.Status202Accepted)
            .ProducesProblems(
                ProblemTypes.Unauthenticated, ProblemTypes.NotEligible, ProblemTypes.GrabTokenRequired, ProblemTypes.UnknownSale, ProblemTypes.SoldOut, ProblemTypes.Closed, ProblemTypes.NotOpen,
                ProblemTypes.Throttled, ProblemTypes.ThrottledIp, ProblemTypes.ThrottledSale, ProblemTypes.ThrottledNode, ProblemTypes.StockUnavailable);
}
