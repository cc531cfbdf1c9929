namespace Seckill.Core.Push;

/// <summary>Names of the types of pushed messages; permanent. What else is fixed about them stands in <see cref="Messages.PushMessageTypes"/>.</summary>
public static class PushTypes
{
    /// <summary>To the buyer: the order row stands. Payload <c>{ orderId, saleId, skuId, status: "pending-payment", price, payBy }</c>.</summary>
    public const string OrderCreated = "order.created";

    /// <summary>To the buyer: the reservation could not become an order and is given back. Payload <c>{ orderId, saleId, skuId, status: "failed", reason }</c>.</summary>
    public const string OrderFailed = "order.failed";

    /// <summary>To the buyer: paid in time. Payload <c>{ orderId, saleId, skuId, status: "paid", price }</c>.</summary>
    public const string OrderPaid = "order.paid";

    /// <summary>To the buyer: not paid in time, the unit is given back. Payload <c>{ orderId, saleId, skuId, status: "cancelled", price, reason }</c>.</summary>
    public const string OrderCancelled = "order.cancelled";

    /// <summary>To the buyer: the money came after the order was cancelled and has been given back. Payload <c>{ orderId, saleId, skuId, status: "refunded", price, reason }</c>.</summary>
    public const string OrderRefunded = "order.refunded";

    /// <summary>To watchers of a sale: units came back. Payload <c>{ saleId, items: [{ skuId, units, left }], serverTime }</c>. Not kept for those who begin to watch.</summary>
    public const string UnitsReturned = "units.returned";

    /// <summary>To watchers of a sale: units left, by SKU. Payload <c>{ saleId, items: [{ skuId, left }], state, serverTime }</c>. Latest wins.</summary>
    public const string SaleStock = "sale.stock";

    /// <summary>To watchers: the sale's state changed. Payload <c>{ saleId, state }</c> with state <c>scheduled | open | closed</c>.</summary>
    public const string SaleState = "sale.state";

    /// <summary>To watchers: the sale's waiting room has moved on. Payload <c>{ saleId, head, waiting, admitPerSecond, serverTime }</c>. Latest wins.</summary>
    public const string RoomProgress = "room.progress";

    /// <summary>To one connection, sequence number 0: where it stands from here on. Payload <c>{ epoch, headSeq, afterSeq, recovered, epochChanged, truncated }</c>, the answer of <c>Resume</c>.</summary>
    public const string Position = "push.position";

    /// <summary>To a user: somebody's words. Payload <c>{ type, timestamp, senderId, receiverId, content, metadata: { priority, ttl } }</c>.</summary>
    public const string ChatMessage = "chat.message";

    /// <summary>To a user, the watchers of a sale, or all: what an operator has to say. Payload <c>{ severity, title, text?, link? }</c>.</summary>
    public const string Notice = "notice";
}
