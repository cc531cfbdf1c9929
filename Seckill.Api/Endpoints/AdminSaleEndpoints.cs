using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Ids;
using Seckill.Core.Reconciliation;
using Seckill.Core.Sales;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/admin/sales</c>: making and steering sales, for role admin.</summary>
public static class AdminSaleEndpoints
{
    /// <summary>Largest body of a new sale: room for 10,000 users.</summary>
    private const int MaxCreateBytes = 1024 * 1024;

    public static void MapAdminSales(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder sales = app.MapGroup("/api/v1/admin/sales").RequireAuthorization(BearerTokenRegistration.AdminPolicy).WithTags("Admin");
        sales.MapPost("", CreateAsync).WithName("createSale").WithSummary("Makes a sale and warms it up").WithMetadata(new RequestSizeLimitAttribute(MaxCreateBytes))
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.TooLarge, ProblemTypes.UnsupportedMediaType, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/open", OpenAsync).WithName("openSale").WithSummary("Opens a sale before its window")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.SaleEnded, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/close", CloseAsync).WithName("closeSale").WithSummary("Closes a sale before its window ends")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/warm-up", WarmUpAsync).WithName("warmUpSale").WithSummary("Brings a sale into Redis; safe to repeat")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.NeedsRecovery, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/eligible-users", AddEligibleAsync).WithName("addEligibleUsers").WithSummary("Adds users to the list of a restricted sale; safe to repeat")
            .WithMetadata(new RequestSizeLimitAttribute(MaxCreateBytes))
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.NotRestricted, ProblemTypes.TooLarge,
                ProblemTypes.UnsupportedMediaType, ProblemTypes.DatabaseUnavailable);
        sales.MapGet("/{saleId}/reconciliation", ReconciliationAsync).WithName("getSaleReconciliation").WithSummary("The latest comparisons of Redis, Kafka and MySQL, newest first")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.DatabaseUnavailable);
        sales.MapGet("/{saleId}/stats", StatsAsync).WithName("getSaleStats").WithSummary("Counters of a sale")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale);
    }

    private static async Task<Results<Created<SaleView>, ProblemResult>> CreateAsync(CreateSale body, SaleDirector director, TimeProvider time, CancellationToken stop)
    {
        Dictionary<string, string[]> errors = [];
        if (CreateSaleValidator.Read(body, errors) is not { } draft)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        Sale sale = await director.CreateAsync(draft, stop);
        return TypedResults.Created($"/api/v1/sales/{sale.Id}", SaleView.Of(sale, time.GetUtcNow(), item => item.Stock));
    }

    private static async Task<Results<Ok<SaleView>, ProblemResult>> OpenAsync(string saleId, SaleStore store, SaleDirector director, TimeProvider time, CancellationToken stop)
    {
        if (!SaleId.TryParse(saleId, out SaleId id) || await store.FindAsync(id, stop) is not { } sale)
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        return sale.Window.StateAt(time.GetUtcNow()) is SaleState.Closed
            ? new ProblemResult(ProblemTypes.SaleEnded)
            : Answer(await director.SetStateAsync(id, SaleState.Open, stop), time);
    }

    private static async Task<Results<Ok<SaleView>, ProblemResult>> CloseAsync(string saleId, SaleDirector director, TimeProvider time, CancellationToken stop) =>
        SaleId.TryParse(saleId, out SaleId id) ? Answer(await director.SetStateAsync(id, SaleState.Closed, stop), time) : new ProblemResult(ProblemTypes.UnknownSale);

    private static async Task<Results<Ok<SaleView>, ProblemResult>> WarmUpAsync(
        string saleId, SaleDirector director, SaleStore store, TimeProvider time, CancellationToken stop)
    {
        if (!SaleId.TryParse(saleId, out SaleId id))
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        return await director.WarmUpAsync(id, stop) switch
        {
            WarmUpOutcome.Warm => Answer(await store.FindAsync(id, stop), time),
            WarmUpOutcome.NeedsRecovery => new ProblemResult(ProblemTypes.NeedsRecovery),
            _ => new ProblemResult(ProblemTypes.UnknownSale),
        };
    }

    private static async Task<Results<Ok<EligibleUsers>, ProblemResult>> AddEligibleAsync(string saleId, Eligibility body, SaleDirector director, CancellationToken stop)
    {
        Dictionary<string, string[]> errors = [];
        HashSet<UserId> users = CreateSaleValidator.ReadUsers("userIds", body.UserIds ?? [], errors);
        if (errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        if (!SaleId.TryParse(saleId, out SaleId id))
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        EligibleUpload upload = await director.AddEligibleAsync(id, users, stop);
        return upload.Outcome switch
        {
            EligibleUploadOutcome.Listed => TypedResults.Ok(new EligibleUsers(upload.Listed)),
            EligibleUploadOutcome.NotRestricted => new ProblemResult(ProblemTypes.NotRestricted),
            EligibleUploadOutcome.TooMany => new ProblemResult(
                ProblemTypes.Invalid, errors: new Dictionary<string, string[]> { ["userIds"] = [$"The list would have more than {SaleStore.MaxListed} users."] }),
            _ => new ProblemResult(ProblemTypes.UnknownSale),
        };
    }

    private static async Task<Results<Ok<ReconciliationList>, ProblemResult>> ReconciliationAsync(string saleId, SaleStore store, ReconciliationStore reports, CancellationToken stop) =>
        SaleId.TryParse(saleId, out SaleId id) && await store.FindAsync(id, stop) is not null
            ? TypedResults.Ok(new ReconciliationList(await reports.ListAsync(id, ReconciliationList.MaxReports, stop)))
            : new ProblemResult(ProblemTypes.UnknownSale);

    private static async Task<Results<Ok<SaleStats>, ProblemResult>> StatsAsync(string saleId, SaleCatalog catalog, SaleStatsReader reader, CancellationToken stop) =>
        SaleId.TryParse(saleId, out SaleId id) && catalog.Current.TryFind(id, out Sale? sale)
            ? TypedResults.Ok(await reader.ReadAsync(sale, stop))
            : new ProblemResult(ProblemTypes.UnknownSale);

    private static Results<Ok<SaleView>, ProblemResult> Answer(Sale? sale, TimeProvider time) =>
        sale is null ? new ProblemResult(ProblemTypes.UnknownSale) : TypedResults.Ok(SaleView.Of(sale, time.GetUtcNow(), _ => null));
}
