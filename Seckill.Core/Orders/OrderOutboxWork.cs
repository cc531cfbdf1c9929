namespace Seckill.Core.Orders;

/// <summary>What must follow a change of an order. Two kinds of row, so that a Kafka that is away keeps no unit from returning.</summary>
internal enum OrderOutboxWork
{
    /// <summary><c>settle</c>: give the unit back if the order no longer holds it, then tell the buyer.</summary>
    Settle = 0,

    /// <summary><c>event</c>: tell the world, on <c>seckill.order-events</c>.</summary>
    Event = 1,
}
