using System.Text.Json;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Payments;

/// <summary>Takes callbacks of the gateway: signature first, then form, then the payment. Thread-safe.</summary>
public sealed class PaymentCallbacks(CallbackSignature signature, PaymentStore payments, ILogger<PaymentCallbacks> log)
{
    private const int MaxTextLength = 64;

    /// <summary>Takes one callback; repeating it changes nothing.</summary>
    /// <param name="header">The header <see cref="CallbackSignature.Header"/>; null when absent.</param>
    /// <param name="body">The body's bytes, at most <see cref="PaymentCallback.MaxBytes"/>.</param>
    /// <param name="stop">Gives up: the gateway calls again, or is asked.</param>
    /// <exception cref="System.Data.Common.DbException">The database is away: the gateway is to call again.</exception>
    public async Task<CallbackVerdict> TakeAsync(string? header, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        CallbackVerdict verdict = await JudgeAsync(header, body, stop);
        PaymentMetrics.Callbacks.Add(1, new KeyValuePair<string, object?>("verdict", verdict.ToString()));
        if (verdict is not (CallbackVerdict.Taken or CallbackVerdict.NothingNew or CallbackVerdict.Replayed))
        {
            log.CallbackRefused(verdict);
        }

        return verdict;
    }

    private async Task<CallbackVerdict> JudgeAsync(string? header, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        switch (signature.Verify(header, body.Span))
        {
            case CallbackFault.None:
                break;
            case CallbackFault.Expired:
                return CallbackVerdict.Expired;
            default:
                return CallbackVerdict.Forged;
        }

        if (Read(body.Span) is not { } callback || StateOf(callback.State) is not { } state)
        {
            return CallbackVerdict.Malformed;
        }

        GatewayReport report = new(callback.PaymentId, state, callback.Amount, callback.Reference, callback.Reason);
        return await payments.TakeReportAsync(report, callback.EventId, stop) switch
        {
            ReportVerdict.Taken => CallbackVerdict.Taken,
            ReportVerdict.NothingNew => CallbackVerdict.NothingNew,
            ReportVerdict.Replayed => CallbackVerdict.Replayed,
            ReportVerdict.UnknownPayment => CallbackVerdict.UnknownPayment,
            _ => CallbackVerdict.AmountMismatch,
        };
    }

    private static PaymentCallback? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            PaymentCallback? read = JsonSerializer.Deserialize(body, PaymentJson.Default.PaymentCallback);
            return read is not null && IsText(read.EventId) && IsText(read.Reference) && (read.Reason is null || IsText(read.Reason)) ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsText(string text) => text.Length is > 0 and <= MaxTextLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static GatewayState? StateOf(string text) => text switch
    {
        "captured" => GatewayState.Captured,
        "declined" => GatewayState.Declined,
        "refunded" => GatewayState.Refunded,
        _ => null,
    };
}
