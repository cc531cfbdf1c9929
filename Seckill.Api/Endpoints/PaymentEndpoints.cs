using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Seckill.Api.Contracts;
using Seckill.Api.OpenApi;
using Seckill.Api.Problems;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Payments;
using Seckill.Core.Payments.Sandbox;

namespace Seckill.Api.Endpoints;

/// <summary><c>/api/v1/orders/{orderId}/payments</c> for buyers, <c>/api/v1/payments/callbacks</c> for the gateway.</summary>
public static class PaymentEndpoints
{
    /// <summary>The header that makes a repeated request the same request.</summary>
    public const string KeyHeader = "Idempotency-Key";

    private const int MaxKeyLength = 64;

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static void MapPayments(this IEndpointRouteBuilder app)
    {
        RouteGroupBuilder payments = app.MapGroup("/api/v1/orders/{orderId}/payments").RequireAuthorization().WithTags("Payments");
        payments.MapPost("", PayAsync).WithName("payOrder").WithSummary("Begins a payment; the same key again is the same payment")
            .ProducesProblems(
                ProblemTypes.Invalid, ProblemTypes.Unauthenticated, ProblemTypes.UnknownOrder, ProblemTypes.NotPayable, ProblemTypes.TooLarge,
                ProblemTypes.UnsupportedMediaType, ProblemTypes.DatabaseUnavailable);
        payments.MapGet("", ListAsync).WithName("listPayments").WithSummary("The attempts to pay one of the caller's orders, newest first")
            .ProducesProblems(ProblemTypes.Unauthenticated, ProblemTypes.UnknownOrder, ProblemTypes.DatabaseUnavailable);
        app.MapPost("/api/v1/payments/callbacks", TakeCallbackAsync).WithTags("Payments").WithName("takePaymentCallback")
            .WithSummary("A gateway's signed word about a charge").WithMetadata(new RequestSizeLimitAttribute(PaymentCallback.MaxBytes))
            .Accepts<PaymentCallback>("application/json")
            .ProducesProblems(
                ProblemTypes.BadRequest, ProblemTypes.CallbackForged, ProblemTypes.UnknownPayment, ProblemTypes.CallbackReplayed, ProblemTypes.TooLarge,
                ProblemTypes.DatabaseUnavailable);
    }

    private static async Task<Results<Accepted<PaymentView>, ProblemResult>> PayAsync(
        string orderId, PayOrder body, [FromHeader(Name = KeyHeader)] string? key, ClaimsPrincipal user, OrderStore orders, Seckill.Api.Orders.OrderLookup lookup,
        PaymentStore payments, SnowflakeIds ids, IHostEnvironment environment, TimeProvider time, CancellationToken stop)
    {
        Dictionary<string, string[]> errors = Check(body, key, environment);
        if (errors.Count > 0)
        {
            return new ProblemResult(ProblemTypes.Invalid, errors: errors);
        }

        UserId caller = user.GetUserId();
        if (!OrderId.TryParse(orderId, out OrderId id) || await lookup.FindAsync(caller, id, stop) is not { } seen)
        {
            return new ProblemResult(ProblemTypes.UnknownOrder);
        }

        // A key that was used is answered as it was then, whatever has become of the order since.
        if (await payments.FindByKeyAsync(caller, key!, stop) is { } before)
        {
            return before.Order == id ? Answer(before) : new ProblemResult(ProblemTypes.IdempotencyKeyReused);
        }

        // The row, not the view: a reservation that is not written yet has no price to be charged.
        if (await orders.FindAsync(id, stop) is not { Status: OrderStatus.PendingPayment, PayBy: { } payBy } order || payBy <= time.GetUtcNow())
        {
            return new ProblemResult(ProblemTypes.NotPayable, $"The order is {seen.Status}.");
        }

        if (body.Amount != order.Price)
        {
            return new ProblemResult(ProblemTypes.AmountMismatch, $"The order costs {order.Price}.");
        }

        string? wishes = body.Sandbox is null ? null : JsonSerializer.Serialize(body.Sandbox, Web);
        (PaymentStart start, Payment? payment) = await payments.BeginAsync(new PaymentId(ids.Next(UserShard.Of(caller))), order, key!, wishes, stop);
        return start switch
        {
            PaymentStart.Started or PaymentStart.Repeated => Answer(payment!),
            PaymentStart.KeyUsedElsewhere => new ProblemResult(ProblemTypes.IdempotencyKeyReused),
            PaymentStart.TooMany => new ProblemResult(ProblemTypes.TooManyPayments),
            _ => new ProblemResult(ProblemTypes.PaymentInProgress),
        };
    }

    private static async Task<Results<Ok<PaymentList>, ProblemResult>> ListAsync(
        string orderId, ClaimsPrincipal user, Seckill.Api.Orders.OrderLookup lookup, PaymentStore payments, CancellationToken stop) =>
        OrderId.TryParse(orderId, out OrderId id) && await lookup.FindAsync(user.GetUserId(), id, stop) is not null
            ? TypedResults.Ok(new PaymentList([.. (await payments.ListAsync(id, stop)).Select(PaymentView.Of)]))
            : new ProblemResult(ProblemTypes.UnknownOrder);

    private static async Task<Results<NoContent, ProblemResult>> TakeCallbackAsync(HttpRequest request, PaymentCallbacks callbacks, CancellationToken stop)
    {
        // The bytes as they came: a signature covers bytes, not what a parser makes of them.
        using MemoryStream body = new();
        await request.Body.CopyToAsync(body, stop);
        string? signature = request.Headers[CallbackSignature.Header] is [{ } one] ? one : null;
        return await callbacks.TakeAsync(signature, body.ToArray(), stop) switch
        {
            CallbackVerdict.Taken or CallbackVerdict.NothingNew => TypedResults.NoContent(),
            CallbackVerdict.Forged => new ProblemResult(ProblemTypes.CallbackForged),
            CallbackVerdict.Expired => new ProblemResult(ProblemTypes.CallbackExpired),
            CallbackVerdict.Replayed => new ProblemResult(ProblemTypes.CallbackReplayed),
            CallbackVerdict.UnknownPayment => new ProblemResult(ProblemTypes.UnknownPayment),
            CallbackVerdict.AmountMismatch => new ProblemResult(ProblemTypes.AmountMismatch),
            _ => new ProblemResult(ProblemTypes.BadRequest),
        };
    }

    private static Dictionary<string, string[]> Check(PayOrder body, string? key, IHostEnvironment environment)
    {
        Dictionary<string, string[]> errors = [];
        if (key is not { Length: > 0 and <= MaxKeyLength } || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            errors[KeyHeader] = [$"The header is needed: 1 to {MaxKeyLength} visible ASCII characters."];
        }

        if (body.Amount is null)
        {
            errors["amount"] = ["Is needed: the order's price."];
        }

        if (body.Sandbox is { } wishes && !(environment.IsDevelopment() && wishes.AreValid))
        {
            errors["sandbox"] = [$"In Development only; outcome captured or declined, latencyMs 0 to {SandboxWishes.MaxLatencyMs}, callbacks 0 to 2."];
        }

        return errors;
    }

    private static Accepted<PaymentView> Answer(Payment payment) => TypedResults.Accepted($"/api/v1/orders/{payment.Order}/payments", PaymentView.Of(payment));
}
