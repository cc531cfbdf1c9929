using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Ids;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;

namespace Seckill.Api.Endpoints;

/// <summary><c>GET /api/v1/sales</c> and <c>GET /api/v1/sales/{saleId}</c>: open to everyone, answered from memory; the hints of units left are up to half a second old.</summary>
public static class SaleEndpoints
{
    private const int MaxListed = 100;

    public static void MapSales(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder sales = app.MapGroup("/api/v1/sales").WithTags("Sales");
        sales.MapGet("", ListAsync).WithName("listSales").WithSummary("The newest sales, with hints of the units left");
        sales.MapGet("/{saleId}", FindAsync).WithName("getSale").WithSummary("One sale, with a hint of the units left").ProducesProblems(ProblemTypes.UnknownSale);
    }

    private static async Task<Ok<SaleList>> ListAsync(SaleCatalog catalog, StockHints hints, TimeProvider time)
    {
        Sale[] sales = [.. catalog.Current.Sales.Take(MaxListed)];
        Dictionary<StockSegments, long?> left = await LeftAsync(hints, sales);
        DateTimeOffset now = time.GetUtcNow();
        return TypedResults.Ok(new SaleList(now, [.. sales.Select(sale => SaleView.Of(sale, now, catalog.IsKilled, item => left[sale.SegmentsOf(item)]))]));
    }

    private static async Task<Results<Ok<SaleView>, ProblemResult>> FindAsync(string saleId, SaleCatalog catalog, StockHints hints, TimeProvider time)
    {
        if (!SaleId.TryParse(saleId, out SaleId id) || !catalog.Current.TryFind(id, out Sale? sale))
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        Dictionary<StockSegments, long?> left = await LeftAsync(hints, [sale]);
        return TypedResults.Ok(SaleView.Of(sale, time.GetUtcNow(), catalog.IsKilled, item => left[sale.SegmentsOf(item)]));
    }

    // All at once: what is not fresh in the cache is asked in one round trip.
    private static async Task<Dictionary<StockSegments, long?>> LeftAsync(StockHints hints, Sale[] sales)
    {
        StockSegments[] skus = [.. sales.SelectMany(sale => sale.Items.Select(sale.SegmentsOf))];
        long?[] left = await Task.WhenAll(skus.Select(hints.LeftAsync));
        return skus.Zip(left).ToDictionary(pair => pair.First, pair => pair.Second);
    }
}
