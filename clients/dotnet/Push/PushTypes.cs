namespace Seckill.Client.Push;

/// <summary>Types of pushed messages, see <c>docs/push-protocol.md</c>; ignore what is not here.</summary>
public static class PushTypes
{
    /// <summary>The order row stands.</summary>
    public const string OrderCreated = "order.created";

    /// <summary>Paid in time.</summary>
    public const string OrderPaid = "order.paid";

    /// <summary>Not paid in time.</summary>
    public const string OrderCancelled = "order.cancelled";

    /// <summary>Paid too late; the money is given back.</summary>
    public const string OrderRefunded = "order.refunded";

    /// <summary>The reservation became no order.</summary>
    public const string OrderFailed = "order.failed";

    /// <summary>Units left, by SKU.</summary>
    public const string SaleStock = "sale.stock";

    /// <summary>Units are on sale again.</summary>
    public const string UnitsReturned = "units.returned";

    /// <summary>The sale's state changed.</summary>
    public const string SaleState = "sale.state";

    /// <summary>The waiting room has moved on.</summary>
    public const string RoomProgress = "room.progress";

    /// <summary>Where the connection stands; <see cref="PushClient"/> keeps it to itself.</summary>
    public const string Position = "push.position";

    /// <summary>Somebody's words: <see cref="Push.ChatMessage"/>.</summary>
    public const string ChatMessage = "chat.message";

    /// <summary>What an operator has to say: <see cref="Push.Notice"/>.</summary>
    public const string Notice = "notice";
}
