using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Seckill.Core.Stock;

namespace Seckill.Api.Endpoints;

/// <summary><c>GET /api/v1/sales</c> and <c>GET /api/v1/sales/{saleId}</c>: open to everyone, answered from memory.</summary>
public static class SaleEndpoints
{
    private const int MaxListed = 100;

    public static void MapSales(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder sales = app.MapGroup("/api/v1/sales").WithTags("Sales");
        sales.MapGet("", List).WithName("listSales").WithSummary("The newest sales");
        sales.MapGet("/{saleId}", FindAsync).WithName("getSale").WithSummary("One sale, with a hint of the units left").ProducesProblems(ProblemTypes.UnknownSale);
    }

    private static Ok<SaleList> List(SaleCatalog catalog, TimeProvider time)
    {
        DateTimeOffset now = time.GetUtcNow();
        return TypedResults.Ok(new SaleList(now, [.. catalog.Current.Sales.Take(MaxListed).Select(sale => SaleView.Of(sale, now, _ => null))]));
    }

    private static async Task<Results<Ok<SaleView>, ProblemResult>> FindAsync(string saleId, SaleCatalog catalog, StockHints hints, TimeProvider time)
    {
        if (!SaleId.TryParse(saleId, out SaleId id) || !catalog.Current.TryFind(id, out Sale? sale))
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        Dictionary<SkuId, long?> left = [];
        foreach (SaleItem item in sale.Items)
        {
            left[item.Sku] = await hints.LeftAsync(sale.BucketOf(item));
        }

        return TypedResults.Ok(SaleView.Of(sale, time.GetUtcNow(), item => left[item.Sku]));
    }
}
