using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Seckill.Core.Diagnostics;

namespace Seckill.Hosting.Telemetry;

/// <summary>Decides which requests are traced, and makes their spans. Thread-safe.</summary>
/// <remarks>
/// In place of ASP.NET Core's own source, which makes an activity for every request before the first middleware could say no: an untraced grab must not pay for tracing. Decided at the head, by the caller's
/// <c>traceparent</c> or by chance; all later steps go by that decision. What is not traced allocates nothing here.
/// </remarks>
public sealed class RequestTraces
{
    private static readonly Counter<long> OverBudget = SeckillMeter.Meter.CreateCounter<long>(
        "seckill.traces.over_budget", "{request}", "Requests that were to be traced and were not, since as many were in this second already; the bound is Seckill:Telemetry:MaxTracesPerSecond");

    private readonly double _ratio;
    private readonly TraceBudget _budget;

    /// <summary>Made once per process.</summary>
    public RequestTraces(IOptions<TelemetryOptions> options, TimeProvider time)
    {
        _ratio = options.Value.SamplingRatio;
        _budget = new TraceBudget(options.Value.MaxTracesPerSecond, time);
    }

    /// <summary>Whether a request is traced.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parent">The caller's span; default when the trace begins here.</param>
    public bool IsTraced(HttpContext context, out ActivityContext parent)
    {
        parent = default;
        if (!SeckillMeter.Activities.HasListeners())
        {
            return false;
        }

        StringValues header = context.Request.Headers.TraceParent;
        bool wanted = header.Count == 0 ? Random.Shared.NextDouble() < _ratio : IsRecorded(header) && TraceContext.TryParse(header, out parent);
        if (!wanted || _budget.TryTake())
        {
            return wanted;
        }

        OverBudget.Add(1);
        return false;
    }

    /// <summary>Begins the span of a request. Call it in an async method of the request's own: what becomes the current activity ends with that method.</summary>
    public static Activity? Begin(HttpContext context, string route, ActivityContext parent)
    {
        Activity? span = SeckillMeter.Activities.StartActivity($"{context.Request.Method} {route}", ActivityKind.Server, parent);
        return span?.SetTag("http.request.method", context.Request.Method).SetTag("http.route", route);
    }

    /// <summary>Says how it was answered.</summary>
    public static void Answered(Activity? span, HttpContext context)
    {
        span?.SetTag("http.response.status_code", context.Response.StatusCode);
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>As middleware.</summary>
    internal Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        IsWorthIt(context) && IsTraced(context, out ActivityContext parent) ? TraceAsync(context, next, parent) : next(context);

    private static async Task TraceAsync(HttpContext context, RequestDelegate next, ActivityContext parent)
    {
        using Activity? span = Begin(context, "unknown", parent);
        try
        {
            await next(context);
        }
        finally
        {
            // Only now is it known which endpoint it was. A path that none has is not named: anybody can make up as many as he likes.
            if (span is not null && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
            {
                span.DisplayName = $"{context.Request.Method} {route}";
                span.SetTag("http.route", route);
            }

            Answered(span, context);
        }
    }

    // A flag of two hex digits ends the header of version 00; its lowest bit says "recorded". Looked at before anything is made of the header.
    private static bool IsRecorded(StringValues header) => header.Count == 1 && header[0] is { Length: TraceContext.Length } text && "13579bdf".Contains(text[^1], StringComparison.Ordinal);

    // Probes and scrapes come all the time and tell nothing; a socket's request lasts as long as the connection.
    private static bool IsWorthIt(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/healthz", StringComparison.Ordinal) && !context.Request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal) && !context.WebSockets.IsWebSocketRequest;
}
