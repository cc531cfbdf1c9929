using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Seckill.Hosting.Health;

/// <summary>
/// <c>/healthz/live</c>: the process answers; restart it when not. <c>/healthz/startup</c>: it has had all that it needs once; judge it as live only from then on.
/// <c>/healthz/ready</c>: send it traffic; only the parts it cannot serve without count. <c>/healthz</c>: every part with reason and time, for people. Who asks what, and why: docs/health.md.
/// </summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder group = routes.MapGroup("/healthz").ExcludeFromDescription().AllowAnonymous().DisableRateLimiting();
        group.MapGet("/live", Live);
        group.MapGet("/startup", StartupAsync);
        group.MapGet("/ready", ReadyAsync);
        group.MapGet("", AllAsync);
    }

    private static IResult Live(TimeProvider time) => TypedResults.Ok(new { status = "healthy", time = time.GetUtcNow() });

    private static async Task<IResult> StartupAsync(HealthCache cache, TimeProvider time) => await cache.HasStartedAsync()
        ? Live(time)
        : Answer(await cache.ReportAsync(), time, check => check.Tags.Contains(HealthRegistration.Startup), isFine: false);

    private static async Task<IResult> ReadyAsync(HealthCache cache, TimeProvider time) =>
        Answer(await cache.ReportAsync(), time, check => check.Tags.Contains(HealthRegistration.Ready));

    private static async Task<IResult> AllAsync(HealthCache cache, TimeProvider time) =>
        Answer(await cache.ReportAsync(), time, _ => true);

    private static IResult Answer(HealthReport report, TimeProvider time, Func<HealthReportEntry, bool> counts, bool isFine = true)
    {
        HealthStatus worst = report.Entries.Values.Where(counts).Select(entry => entry.Status).DefaultIfEmpty(HealthStatus.Healthy).Min();
        var body = new
        {
            status = Name(worst),
            time = time.GetUtcNow(),
            parts = report.Entries.Where(entry => counts(entry.Value)).ToDictionary(
                entry => entry.Key,
                entry => new
                {
                    status = Name(entry.Value.Status),
                    reason = entry.Value.Description ?? entry.Value.Exception?.GetType().Name,
                    tookMs = Math.Round(entry.Value.Duration.TotalMilliseconds, 1),
                }),
        };
        return TypedResults.Json(body, statusCode: isFine && worst != HealthStatus.Unhealthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

#pragma warning disable CA1308 // The wire format is lower case.
    private static string Name(HealthStatus status) => status.ToString().ToLowerInvariant();
#pragma warning restore CA1308
}
