using Seckill.Core.Ids;

namespace Seckill.Core.Payments;

/// <summary>One attempt to pay an order, as it stands in MySQL.</summary>
/// <param name="Id">The attempt; also the idempotency key towards the gateway.</param>
/// <param name="Order">The order.</param>
/// <param name="User">The buyer.</param>
/// <param name="Amount">The order's price.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it was declined, failed or refunded; null otherwise.</param>
/// <param name="GatewayReference">The gateway's own name of the charge; null until it has said it.</param>
/// <param name="SandboxWishes">Wishes to the sandbox gateway, JSON of <see cref="Sandbox.SandboxWishes"/>; null in earnest.</param>
/// <param name="Attempts">Steps tried in the present state.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="UpdatedAt">When its state last changed.</param>
public sealed record Payment(
    PaymentId Id, OrderId Order, UserId User, decimal Amount, PaymentState State, string? Reason, string? GatewayReference, string? SandboxWishes, int Attempts,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
