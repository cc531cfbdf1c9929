namespace Seckill.Api.Contracts;

/// <summary>The attempts to pay an order.</summary>
/// <param name="Payments">Newest first, at most 20.</param>
public sealed record PaymentList(IReadOnlyList<PaymentView> Payments);
