using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Audit;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Sales;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/admin/kill-switch</c>: stops every sale on every node, thrown by role admin, seen by all operators. Needs Redis only.</summary>
public static class AdminKillSwitchEndpoints
{
    public static void MapAdminKillSwitch(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder killSwitch = app.MapGroup("/api/v1/admin/kill-switch").RequireAuthorization(BearerTokenRegistration.ViewerPolicy).WithTags("Admin");
        killSwitch.MapGet("", async (KillSwitch state) => TypedResults.Ok(KillSwitchView.Of(await state.ReadAsync()))).WithName("readKillSwitch").WithSummary("Whether every sale is stopped, by whom and since when")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.StockUnavailable);
        killSwitch.MapPut("", ThrowAsync).RequireAuthorization(BearerTokenRegistration.AdminPolicy).Audited("kill-switch.set", "kill-switch")
            .WithName("throwKillSwitch").WithSummary("Stops every sale, or lets them go on; holds on every node within a second")
            .WithDescription("While it is on, grabs of an open sale are answered with the problem paused. What was reserved before stays so, becomes orders, and can be paid.")
            .ProducesProblems(ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.Forbidden, ProblemTypes.UnsupportedMediaType, ProblemTypes.StockUnavailable);
    }

    private static async Task<Results<Ok<KillSwitchView>, ProblemResult>> ThrowAsync(KillSwitchOrder body, KillSwitch killSwitch, SaleCatalog catalog, ClaimsPrincipal user, CancellationToken stop)
    {
        if (body.On is not { } on)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: new Dictionary<string, string[]> { ["on"] = ["true or false"] });
        }

        KillSwitchState state = await killSwitch.SetAsync(on, user.GetUserId());

        // This node at least shows what it has just been told.
        await catalog.RefreshAsync(stop);
        return TypedResults.Ok(KillSwitchView.Of(state));
    }
}
