using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Grab;
using Seckill.Core.Ids;

namespace Seckill.Api.Endpoints;

/// <summary><c>POST /api/v1/sales/{saleId}/items/{skuId}/grabs</c>.</summary>
public static class GrabEndpoints
{
    public static void MapGrabs(this IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/sales/{saleId}/items/{skuId}/grabs", GrabAsync)
            .RequireAuthorization()
            .WithTags("Sales")
            .WithName("grab")
            .WithSummary("Tries to reserve one unit for the caller")
            .ProducesProblems(
                ProblemTypes.Unauthenticated, ProblemTypes.NotEligible, ProblemTypes.UnknownSale, ProblemTypes.SoldOut, ProblemTypes.Closed, ProblemTypes.NotOpen,
                ProblemTypes.Throttled, ProblemTypes.StockUnavailable);

    private static async Task<Results<Accepted<GrabView>, ProblemResult>> GrabAsync(
        string saleId, string skuId, ClaimsPrincipal user, GrabHandler handler)
    {
        if (!SaleId.TryParse(saleId, out SaleId sale))
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        if (!SkuId.TryParse(skuId, out SkuId sku))
        {
            return new ProblemResult(ProblemTypes.UnknownSku);
        }

        GrabResult result = await handler.GrabAsync(sale, sku, user.GetUserId());
        return result.Outcome is GrabOutcome.Reserved
            ? TypedResults.Accepted($"/api/v1/orders/{result.Order}", new GrabView(result.Order, "reserved", sale, sku, SnowflakeIds.TimeOf(result.Order.Value), result.Receipt!))
            : GrabProblems.Of(result);
    }
}
