using Microsoft.AspNetCore.Http.HttpResults;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Audit;
using Seckill.Hosting.Authentication;

namespace Seckill.Api.Endpoints;

/// <summary><c>GET /api/v1/admin/audit</c>: what operators did, for whoever may look at the cockpit.</summary>
public static class AdminAuditEndpoints
{
    public static void MapAdminAudit(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/admin/audit", ListAsync).RequireAuthorization(BearerTokenRegistration.ViewerPolicy).WithTags("Admin")
            .WithName("listAuditLog").WithSummary("What operators did and were refused, newest first")
            .ProducesProblems(ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.TokenRevoked, ProblemTypes.Forbidden, ProblemTypes.DatabaseUnavailable);

    private static async Task<Results<Ok<AuditList>, ProblemResult>> ListAsync(AuditLog audit, CancellationToken stop, string? before = null, int max = 50)
    {
        Dictionary<string, string[]> errors = [];
        long last = 0;
        if (before is not null && !(long.TryParse(before, out last) && last > 0))
        {
            errors["before"] = ["an id"];
        }

        if (max is < 1 or > AuditLog.MaxList)
        {
            errors["max"] = [$"1 to {AuditLog.MaxList}"];
        }

        if (errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        IReadOnlyList<AuditEntry> entries = await audit.ListAsync(before is null ? null : last, max, stop);
        return TypedResults.Ok(new AuditList([.. entries.Select(AuditEntryView.Of)], entries.Count == max ? entries[^1].Id.ToString() : null));
    }
}
