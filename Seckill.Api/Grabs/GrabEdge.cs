using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Seckill.Api.Endpoints;
using Seckill.Api.Problems;
using Seckill.Core.Admission;
using Seckill.Core.Grab;
using Seckill.Core.Identity;
using Seckill.Core.Ids;
using Seckill.Core.Live;
using Seckill.Core.Sales;
using Seckill.Hosting.Authentication;
using Seckill.Hosting.Telemetry;

namespace Seckill.Api.Grabs;

/// <summary>Answers grabs before the pipeline begins: no router, no principal, no serializer; the answers' bytes are made beforehand.</summary>
/// <remarks>
/// Everything else passes untouched. The endpoint that <see cref="Endpoints.GrabEndpoints"/> maps is the same one: it answers what is written so oddly that <see cref="GrabPath"/> leaves it to the
/// router, and describes the call in the API's document. Thread-safe. Costs: docs/grab-path.md.
/// </remarks>
public sealed class GrabEdge(VerifiedTokens tokens, SaleCatalog catalog, GrabHandler handler, GrabAnswers answers, RequestTraces traces, GrabLatencies latencies, TimeProvider time, ILogger<GrabEdge> log)
{
    /// <summary>As middleware, the first one.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        !HttpMethods.IsPost(context.Request.Method) || !GrabPath.TryRead(context.Request.Path.Value, out ReadOnlySpan<char> sale, out ReadOnlySpan<char> sku) ? next(context)
            : traces.IsTraced(context, out ActivityContext parent) ? TraceAsync(context, parent)
            : AnswerAsync(context, sale, sku);

    /// <summary>Answers one grab, whatever its parts look like.</summary>
    public Task AnswerAsync(HttpContext context, ReadOnlySpan<char> saleText, ReadOnlySpan<char> skuText)
    {
        ReadOnlySpan<char> token = BearerChallenge.FindToken(context.Request.Headers);
        TokenFault fault = TokenFault.None;
        VerifiedToken? caller = null;
        if (token.IsEmpty || (fault = tokens.Verify(token, out caller)) is not TokenFault.None)
        {
            return BearerChallenge.WriteAsync(context, fault);
        }

        if (!SaleId.TryParse(saleText, out SaleId sale))
        {
            return answers.Refuse(context.Response, new GrabResult(GrabOutcome.UnknownSale));
        }

        if (catalog.Current.FindSku(sale, skuText) is not { } sku)
        {
            return answers.Refuse(context.Response, new GrabResult(GrabOutcome.UnknownSku));
        }

        return AnswerAsync(context, sale, sku, caller!.User);
    }

    // The few that are traced: a span around the same road. It is the current activity until this method ends, so that the handler finds it.
    private async Task TraceAsync(HttpContext context, ActivityContext parent)
    {
        using Activity? span = RequestTraces.Begin(context, GrabPath.Pattern, parent);
        await AnswerPathAsync(context);
        RequestTraces.Answered(span, context);
    }

    private Task AnswerPathAsync(HttpContext context)
    {
        GrabPath.TryRead(context.Request.Path.Value, out ReadOnlySpan<char> sale, out ReadOnlySpan<char> sku);
        return AnswerAsync(context, sale, sku);
    }

    private Task AnswerAsync(HttpContext context, SaleId sale, SkuId sku, UserId user)
    {
        long since = time.GetTimestamp();
        GrabEdgeMetrics.TakeOver(context);
        ValueTask<GrabResult> grab = handler.GrabAsync(
            sale, sku, user, context.Request.Headers[GrabTokenEndpoints.Header], ClientAddress.Of(context.Connection.RemoteIpAddress));
        return grab.IsCompletedSuccessfully ? Answer(context.Response, grab.Result, sale, sku, user, since) : AnswerLaterAsync(context, grab.AsTask(), sale, sku, user, since);
    }

    private Task Answer(HttpResponse response, in GrabResult result, SaleId sale, SkuId sku, UserId user, long since)
    {
        Task written = result.Outcome is GrabOutcome.Reserved ? answers.Accept(response, result.ReceiptFor(sale, sku, user)) : answers.Refuse(response, result);
        TimeSpan took = time.GetElapsedTime(since);
        GrabEdgeMetrics.Answered(result.Outcome, took);
        latencies.Count(took);
        Activity.Current?.SetTag("seckill.grab.outcome", GrabEdgeMetrics.NameOf(result.Outcome));
        return written;
    }

    // The exception handler stands further down the pipeline, so what nobody foresaw ends here.
    [SuppressMessage("Design", "CA1031", Justification = "Whatever it is, the caller gets a problem and the log the fault.")]
    private async Task AnswerLaterAsync(HttpContext context, Task<GrabResult> grab, SaleId sale, SkuId sku, UserId user, long since)
    {
        try
        {
            await Answer(context.Response, await grab, sale, sku, user, since);
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            GrabFailed(log, fault);
            await new ProblemResult(ProblemTypes.Internal).ExecuteAsync(context);
        }
    }

    private static readonly Action<ILogger, Exception?> GrabFailed =
        LoggerMessage.Define(LogLevel.Error, new EventId(1490, nameof(GrabFailed)), "A grab ended in a fault that nobody foresaw.");
}
