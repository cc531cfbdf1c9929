using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Seckill.Api.Audit;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Audit;
using Seckill.Core.Ids;
using Seckill.Core.Live;
using Seckill.Core.Reconciliation;
using Seckill.Core.Sales;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/admin/sales</c>: making and steering sales, for operators; viewers see how they stand.</summary>
public static class AdminSaleEndpoints
{
    /// <summary>Largest body of a new sale: room for 10,000 users.</summary>
    private const int MaxCreateBytes = 1024 * 1024;

    public static void MapAdminSales(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder sales = app.MapGroup("/api/v1/admin/sales").RequireAuthorization(BearerTokenRegistration.ViewerPolicy).WithTags("Admin");
        sales.MapPost("", CreateAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("sale.create", "sale")
            .WithName("createSale").WithSummary("Makes a sale, and warms it up unless that shall wait").WithMetadata(new RequestSizeLimitAttribute(MaxCreateBytes))
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.TooLarge, ProblemTypes.UnsupportedMediaType, ProblemTypes.DatabaseUnavailable);
        sales.MapPut("/{saleId}", EditAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("sale.edit", "sale/{saleId}")
            .WithName("editSale").WithSummary("Gives a sale that has not begun another name and window, and other items until it is warmed up")
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.SaleBegun, ProblemTypes.ItemsFixed, ProblemTypes.UnsupportedMediaType,
                ProblemTypes.DatabaseUnavailable);
        sales.MapPut("/{saleId}/admission", SetAdmissionAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("sale.set-admission", "sale/{saleId}")
            .WithName("setSaleAdmission").WithSummary("Changes a sale's limits, also while it runs; holds on every node within a second")
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.UnsupportedMediaType, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/pause", PauseAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("sale.pause", "sale/{saleId}")
            .WithName("pauseSale").WithSummary("Stops a sale for a while: grabs are answered with the problem paused")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.SaleEnded, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/resume", ResumeAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("sale.resume", "sale/{saleId}")
            .WithName("resumeSale").WithSummary("Lets a paused sale go on as its window says; one that is not paused stays as it is")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/open", OpenAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("sale.open", "sale/{saleId}")
            .WithName("openSale").WithSummary("Opens a sale before its window; one that is not warmed up is warmed up first")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.SaleEnded, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/close", CloseAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("sale.close", "sale/{saleId}")
            .WithName("closeSale").WithSummary("Closes a sale before its window ends")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/warm-up", WarmUpAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("sale.warm-up", "sale/{saleId}")
            .WithName("warmUpSale").WithSummary("Brings a sale into Redis; safe to repeat")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.NeedsRecovery, ProblemTypes.DatabaseUnavailable);
        sales.MapPost("/{saleId}/eligible-users", AddEligibleAsync).RequireAuthorization(BearerTokenRegistration.OperatorPolicy).Audited("sale.add-eligible", "sale/{saleId}")
            .WithName("addEligibleUsers").WithSummary("Adds users to the list of a restricted sale; safe to repeat")
            .WithMetadata(new RequestSizeLimitAttribute(MaxCreateBytes))
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.NotRestricted, ProblemTypes.TooLarge,
                ProblemTypes.UnsupportedMediaType, ProblemTypes.DatabaseUnavailable);
        sales.MapGet("/{saleId}/reconciliation", ReconciliationAsync).WithName("getSaleReconciliation").WithSummary("The latest comparisons of Redis, Kafka and MySQL, newest first")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.DatabaseUnavailable);
        sales.MapGet("/{saleId}/stats", StatsAsync).WithName("getSaleStats").WithSummary("Counters of a sale")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale);
        sales.MapGet("/{saleId}/live", LiveAsync).WithName("getSaleLive").WithSummary("Grabs by outcome and their times, second by second over all nodes, for the last ten minutes or after a second that is known")
            .ProducesProblems(ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnknownSale, ProblemTypes.StockUnavailable);
    }

    private static async Task<Results<Created<SaleView>, ProblemResult>> CreateAsync(
        CreateSale body, SaleDirector director, SaleStore store, SaleCatalog catalog, TimeProvider time, AuditNote audit, CancellationToken stop)
    {
        Dictionary<string, string[]> errors = [];
        if (CreateSaleValidator.Read(body, errors) is not { } draft)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        if (draft.EligibleOf is { } other && (await store.FindAsync(other, stop))?.Restricted is not true)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: new Dictionary<string, string[]> { ["eligibilityOf"] = ["No restricted sale has this id."] });
        }

        Sale sale = await director.CreateAsync(draft, audit, stop);
        return TypedResults.Created($"/api/v1/sales/{sale.Id}", SaleView.Of(sale, time.GetUtcNow(), catalog.IsKilled, item => item.Stock));
    }

    private static async Task<Results<Ok<SaleView>, ProblemResult>> EditAsync(
        string saleId, EditSale body, SaleDirector director, SaleCatalog catalog, TimeProvider time, AuditNote audit, CancellationToken stop)
    {
        Dictionary<string, string[]> errors = [];
        SaleWindow window = CreateSaleValidator.ReadHead(body.Name, body.StartsAt, body.EndsAt, errors);
        List<SaleItem>? items = body.Items is null ? null : CreateSaleValidator.ReadItems(body.Items, errors);
        if (errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        if (!SaleId.TryParse(saleId, out SaleId id))
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        SaleEdit edit = await director.EditAsync(id, body.Name!, window, items, audit, stop);
        return edit.Outcome switch
        {
            SaleEditOutcome.Begun => new ProblemResult(ProblemTypes.SaleBegun),
            SaleEditOutcome.ItemsFixed => new ProblemResult(ProblemTypes.ItemsFixed),
            _ => Answer(edit.Sale, catalog, time),
        };
    }

    private static async Task<Results<Ok<SaleView>, ProblemResult>> SetAdmissionAsync(
        string saleId, SaleAdmissionView body, SaleDirector director, SaleCatalog catalog, TimeProvider time, AuditNote audit, CancellationToken stop)
    {
        Dictionary<string, string[]> errors = [];
        SaleAdmission admission = CreateSaleValidator.ReadAdmission(body, errors);
        if (errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        return SaleId.TryParse(saleId, out SaleId id) ? Answer(await director.SetAdmissionAsync(id, admission, audit, stop), catalog, time) : new ProblemResult(ProblemTypes.UnknownSale);
    }

    private static Task<Results<Ok<SaleView>, ProblemResult>> OpenAsync(
        string saleId, SaleStore store, SaleDirector director, SaleCatalog catalog, TimeProvider time, AuditNote audit, CancellationToken stop) =>
        SteerAsync(saleId, SaleState.Open, store, director, catalog, time, audit, stop);

    private static Task<Results<Ok<SaleView>, ProblemResult>> PauseAsync(
        string saleId, SaleStore store, SaleDirector director, SaleCatalog catalog, TimeProvider time, AuditNote audit, CancellationToken stop) =>
        SteerAsync(saleId, SaleState.Paused, store, director, catalog, time, audit, stop);

    private static async Task<Results<Ok<SaleView>, ProblemResult>> SteerAsync(
        string saleId, SaleState state, SaleStore store, SaleDirector director, SaleCatalog catalog, TimeProvider time, AuditNote audit, CancellationToken stop)
    {
        if (!SaleId.TryParse(saleId, out SaleId id) || await store.FindAsync(id, stop) is not { } sale)
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        // A hand may open again what a hand has closed; to pause it would be to open it with the next resume.
        DateTimeOffset now = time.GetUtcNow();
        return (state is SaleState.Paused ? sale.StateAt(now) : sale.Window.StateAt(now)) is SaleState.Closed
            ? new ProblemResult(ProblemTypes.SaleEnded)
            : Answer(await director.SetStateAsync(id, state, audit, stop), catalog, time);
    }

    private static async Task<Results<Ok<SaleView>, ProblemResult>> ResumeAsync(string saleId, SaleDirector director, SaleCatalog catalog, TimeProvider time, AuditNote audit, CancellationToken stop) =>
        SaleId.TryParse(saleId, out SaleId id) ? Answer(await director.ResumeAsync(id, audit, stop), catalog, time) : new ProblemResult(ProblemTypes.UnknownSale);

    private static async Task<Results<Ok<SaleView>, ProblemResult>> CloseAsync(string saleId, SaleDirector director, SaleCatalog catalog, TimeProvider time, AuditNote audit, CancellationToken stop) =>
        SaleId.TryParse(saleId, out SaleId id) ? Answer(await director.SetStateAsync(id, SaleState.Closed, audit, stop), catalog, time) : new ProblemResult(ProblemTypes.UnknownSale);

    private static async Task<Results<Ok<SaleView>, ProblemResult>> WarmUpAsync(
        string saleId, SaleDirector director, SaleStore store, SaleCatalog catalog, TimeProvider time, CancellationToken stop)
    {
        if (!SaleId.TryParse(saleId, out SaleId id))
        {
            return new ProblemResult(ProblemTypes.UnknownSale);
        }

        return await director.WarmUpAsync(id, stop) switch
        {
            WarmUpOutcome.Warm => Answer(await store.FindAsync(id, stop), catalog, time),
            WarmUpOutcome.NeedsRecovery => new ProblemResult(ProblemTypes.NeedsRecovery),
            _ => new ProblemResult(ProblemTypes.UnknownSale),
        };
    }

    private static async Task<Results<Ok<EligibleUsers>, ProblemResult>> AddEligibleAsync(
        string saleId, Eligibility body, SaleDirector director, AuditNote audit, CancellationToken stop)
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

        EligibleUpload upload = await director.AddEligibleAsync(id, users, audit, stop);
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

    private static async Task<Results<Ok<LiveView>, ProblemResult>> LiveAsync(string saleId, SaleCatalog catalog, LiveFigures live, TimeProvider time, long after = 0)
    {
        if (after < 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: new Dictionary<string, string[]> { ["after"] = ["Unix time in seconds; 0 or absent for all that are kept."] });
        }

        return SaleId.TryParse(saleId, out SaleId id) && catalog.Current.TryFind(id, out _)
            ? TypedResults.Ok(LiveView.Of(await live.ReadAsync(id, after), time.GetUtcNow()))
            : new ProblemResult(ProblemTypes.UnknownSale);
    }

    private static Results<Ok<SaleView>, ProblemResult> Answer(Sale? sale, SaleCatalog catalog, TimeProvider time) =>
        sale is null ? new ProblemResult(ProblemTypes.UnknownSale) : TypedResults.Ok(SaleView.Of(sale, time.GetUtcNow(), catalog.IsKilled, _ => null));
}
