using Microsoft.AspNetCore.Mvc;
using Seckill.Api.Contracts;
using Seckill.Core.Ids;
using Seckill.Hosting.Problems;

namespace Seckill.Api.Problems;

/// <summary>A problem as an endpoint's answer.</summary>
public sealed class ProblemResult(
    ProblemType type, string? detail = null, OrderId? order = null, TimeSpan? retryAfter = null, IDictionary<string, string[]>? errors = null, ChallengeView? challenge = null,
    RoomPositionView? position = null, PushedMessages? pushed = null) : IResult
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>The problem's type.</summary>
    public ProblemType Type => type;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ProblemDetails problem = Problem.Create(type.Name, type.Status, type.Title, detail ?? type.Detail);
        if (order is { } held)
        {
            problem.Extensions["orderId"] = held.ToString();
        }

        if (errors is not null)
        {
            problem.Extensions["errors"] = errors;
        }

        if (challenge is not null)
        {
            problem.Extensions["challenge"] = challenge;
        }

        if (position is not null)
        {
            problem.Extensions["position"] = position;
        }

        if (pushed is not null)
        {
            problem.Extensions["messages"] = pushed.Messages;
        }

        TimeSpan wait = retryAfter is { } given && given > TimeSpan.Zero ? given : DefaultRetryAfter;
        if (type.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable || (type == ProblemTypes.NotOpen && retryAfter > TimeSpan.Zero))
        {
            // Whole seconds are all the header can say; rounded up, so that nobody is told to come too early.
            httpContext.Response.Headers.RetryAfter = ((long)Math.Ceiling(wait.TotalSeconds)).ToString();
        }

        return Problem.WriteAsync(httpContext, problem);
    }
}
