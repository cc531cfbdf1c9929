using Seckill.Core.Payments.Sandbox;

namespace Seckill.Api.Contracts;

/// <summary>A payment to be begun.</summary>
/// <param name="Amount">The order's price: what the buyer has been shown and agrees to.</param>
/// <param name="Sandbox">How the sandbox gateway shall treat the charge; in Development only.</param>
public sealed record PayOrder(decimal? Amount, SandboxWishes? Sandbox);
