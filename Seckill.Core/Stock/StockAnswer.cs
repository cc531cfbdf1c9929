namespace Seckill.Core.Stock;

/// <summary>What <c>grab.lua</c> says of one grab. The codes are the script's.</summary>
public enum StockAnswer
{
    /// <summary>The user is at the limit; the answer names an order held. On the wire its order id follows the answers.</summary>
    AlreadyGrabbed = 0,

    /// <summary>A unit was set aside for the order.</summary>
    Reserved = 1,

    /// <summary>This very order id was reserved before: the call is a repeat. As good as <see cref="Reserved"/>: if the order has ended since, its buyer was told.</summary>
    AlreadyReserved = 2,

    /// <summary>No unit is left.</summary>
    SoldOut = 3,

    /// <summary>The outbox is at its bound; nothing was set aside.</summary>
    OutboxFull = 4,
}
