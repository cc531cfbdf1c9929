using Seckill.Core.Ids;

namespace Seckill.Core.Payments;

/// <summary>A gateway's word about one charge.</summary>
/// <param name="Payment">The charge.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Amount">What was charged; must be what we asked for.</param>
/// <param name="Reference">The gateway's own name of it, at most 64 ASCII characters.</param>
/// <param name="Reason">Why it was declined, at most 64 ASCII characters; null otherwise.</param>
public sealed record GatewayReport(PaymentId Payment, GatewayState State, decimal Amount, string Reference, string? Reason);
