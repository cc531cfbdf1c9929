namespace Seckill.Core.Orders;

/// <summary>Which way an order may go: reserved → pending-payment → paid | cancelled | failed, and cancelled → refunded. Everything else is refused before SQL is asked.</summary>
public static class OrderLifecycle
{
    /// <summary>Whether an order in this status holds its unit, its slot, and a place in <c>stock_guard.sold</c>.</summary>
    public static bool IsActive(this OrderStatus status) => status is OrderStatus.PendingPayment or OrderStatus.Paid;

    /// <summary>Whether a row in one status may be given the other.</summary>
    public static bool CanBecome(this OrderStatus from, OrderStatus to) => (from, to) is
        (OrderStatus.PendingPayment, OrderStatus.Paid or OrderStatus.Cancelled or OrderStatus.Failed)
        or (OrderStatus.Cancelled, OrderStatus.Refunded);
}
