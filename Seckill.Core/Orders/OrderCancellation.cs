namespace Seckill.Core.Orders;

/// <summary>Why an order was cancelled, or refunded after that: column <c>reason</c> and the <c>reason</c> of the pushes; permanent texts.</summary>
public static class OrderCancellation
{
    /// <summary>It was not paid in time.</summary>
    public const string PaymentDeadline = "payment-deadline";

    /// <summary>The money came after the order was cancelled, and went back.</summary>
    public const string LatePayment = "late-payment";
}
