using Seckill.Core.Ids;

namespace Seckill.Core.Payments;

/// <summary>Body of a gateway's callback: JSON in camel case.</summary>
/// <param name="EventId">Names the event, 1 to 64 visible ASCII characters; the same in every delivery of it.</param>
/// <param name="PaymentId">Which charge.</param>
/// <param name="State"><c>captured</c>, <c>declined</c> or <c>refunded</c>.</param>
/// <param name="Amount">What was charged.</param>
/// <param name="Reference">The gateway's own name of the charge, 1 to 64 visible ASCII characters.</param>
/// <param name="Reason">Why it was declined, at most 64 visible ASCII characters.</param>
public sealed record PaymentCallback(string EventId, PaymentId PaymentId, string State, decimal Amount, string Reference, string? Reason = null)
{
    /// <summary>Longest body, in bytes; a real one has about 200.</summary>
    public const int MaxBytes = 4 * 1024;
}
