namespace Seckill.Client.Shop;

/// <summary>An attempt to pay an order.</summary>
/// <param name="PaymentId">Its id.</param>
/// <param name="OrderId">The order.</param>
/// <param name="State">created, authorizing, captured, confirmed, declined, failed, refunding or refunded.</param>
/// <param name="Amount">What is charged.</param>
/// <param name="Reason">Why it was declined, failed or refunded.</param>
public sealed record ShopPayment(string PaymentId, string OrderId, string State, decimal Amount, string? Reason);
