using Seckill.Core.Ids;

namespace Seckill.Core.Payments;

/// <summary>What a gateway is asked to take.</summary>
/// <param name="Payment">The idempotency key: asked twice, charged once.</param>
/// <param name="Order">For the buyer's statement.</param>
/// <param name="User">The buyer.</param>
/// <param name="Amount">Two decimals, in the shop's one currency.</param>
/// <param name="SandboxWishes">For the sandbox; a real gateway passes over it.</param>
public sealed record GatewayCharge(PaymentId Payment, OrderId Order, UserId User, decimal Amount, string? SandboxWishes);
