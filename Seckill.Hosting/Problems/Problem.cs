using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace Seckill.Hosting.Problems;

/// <summary>Problem details (RFC 9457) with the engine's stable type URIs.</summary>
public static class Problem
{
    /// <summary>Every <c>type</c> starts with this; what follows is the name in <c>docs/errors</c>.</summary>
    public const string TypePrefix = "urn:seckill:error:";

    /// <summary>Builds the body of one problem.</summary>
    /// <param name="name">Permanent kebab-case name, for example <c>sold-out</c>.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="title">Short and the same for every occurrence.</param>
    /// <param name="detail">What happened this time; never a stack trace.</param>
    public static ProblemDetails Create(string name, int status, string title, string? detail = null) =>
        new() { Type = TypePrefix + name, Status = status, Title = title, Detail = detail };

    /// <summary>Writes a problem as the whole response.</summary>
    public static async Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        context.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        await context.RequestServices.GetRequiredService<IProblemDetailsService>()
            .TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
        if (!context.Response.HasStarted)
        {
            // The caller's Accept header ruled JSON out: the status still tells, and an error body in JSON beats none.
            await context.Response.WriteAsJsonAsync(problem, options: null, contentType: "application/problem+json", context.RequestAborted);
        }
    }
}
