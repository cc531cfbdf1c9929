namespace Seckill.Core.Orders;

/// <summary>The one spelling of <see cref="OrderStatus"/> in MySQL, JSON and pushes.</summary>
public static class OrderStatusText
{
    /// <summary><c>reserved</c>, <c>pending-payment</c>, <c>paid</c>, <c>cancelled</c>, <c>failed</c> or <c>refunded</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a defined value.</exception>
    public static string ToText(this OrderStatus status) => status switch
    {
        OrderStatus.Reserved => "reserved",
        OrderStatus.PendingPayment => "pending-payment",
        OrderStatus.Paid => "paid",
        OrderStatus.Cancelled => "cancelled",
        OrderStatus.Failed => "failed",
        OrderStatus.Refunded => "refunded",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not an order status."),
    };

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <exception cref="FormatException">Unknown text: the row was written by a newer version, or by hand.</exception>
    public static OrderStatus Parse(string text) => text switch
    {
        "reserved" => OrderStatus.Reserved,
        "pending-payment" => OrderStatus.PendingPayment,
        "paid" => OrderStatus.Paid,
        "cancelled" => OrderStatus.Cancelled,
        "failed" => OrderStatus.Failed,
        "refunded" => OrderStatus.Refunded,
        _ => throw new FormatException($"'{text}' is not an order status."),
    };
}
