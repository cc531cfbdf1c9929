namespace Seckill.Client.Shop;

/// <summary>The attempts to pay an order.</summary>
/// <param name="Payments">Newest first.</param>
public sealed record ShopPayments(IReadOnlyList<ShopPayment> Payments);
