namespace Seckill.Core.Orders;

/// <summary>Where an order stands: reserved → pending-payment → paid | cancelled | failed; cancelled → refunded (<see cref="OrderLifecycle"/>). Texts: <see cref="OrderStatusText"/>.</summary>
public enum OrderStatus
{
    /// <summary>Promised by Redis, not yet a row. Never stored: the Api answers it while the reservation is on its way.</summary>
    Reserved = 0,

    /// <summary>The row stands and the unit counts as sold; the buyer has yet to pay.</summary>
    PendingPayment = 1,

    /// <summary>Paid; final.</summary>
    Paid = 2,

    /// <summary>Given up by the buyer or by the payment deadline; the unit went back.</summary>
    Cancelled = 3,

    /// <summary>The reservation could not become an order; the unit went back and the buyer was told why.</summary>
    Failed = 4,

    /// <summary>Cancelled, and the payment that came too late has been given back.</summary>
    Refunded = 5,
}
