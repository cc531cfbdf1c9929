using Seckill.Core.Ids;
using Seckill.Core.Payments;

namespace Seckill.Api.Contracts;

/// <summary>An attempt to pay.</summary>
/// <param name="PaymentId">Its id.</param>
/// <param name="OrderId">The order.</param>
/// <param name="State">created, authorizing, captured, confirmed, declined, failed, refunding or refunded.</param>
/// <param name="Amount">What is charged.</param>
/// <param name="Reason">Why it was declined, failed or refunded.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="UpdatedAt">When its state last changed.</param>
public sealed record PaymentView(
    PaymentId PaymentId, OrderId OrderId, string State, decimal Amount, string? Reason, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static PaymentView Of(Payment payment) => new(
        payment.Id, payment.Order, payment.State.ToText(), payment.Amount, payment.Reason, payment.CreatedAt, payment.UpdatedAt);
}
