namespace Seckill.Core.Grab;

/// <summary>How a grab ended. Each refusal is a value; none is thrown.</summary>
public enum GrabOutcome
{
    /// <summary>A unit is set aside for the user.</summary>
    Reserved,

    /// <summary>The user is at the limit; the result names the order held.</summary>
    AlreadyGrabbed,

    /// <summary>No unit is left.</summary>
    SoldOut,

    /// <summary>The sale has not opened; the result says how long until it does.</summary>
    NotOpen,

    /// <summary>The sale is over.</summary>
    Closed,

    /// <summary>No such sale.</summary>
    UnknownSale,

    /// <summary>The sale has no such SKU.</summary>
    UnknownSku,

    /// <summary>The sale is restricted and the user is not on its list.</summary>
    NotEligible,

    /// <summary>The user has made too many grabs; the result says how long to wait.</summary>
    Throttled,

    /// <summary>Too many grabs wait for this bucket on this node.</summary>
    Overloaded,

    /// <summary>The outbox is at its bound: Kafka has been away for long.</summary>
    OutboxFull,

    /// <summary>Redis may or may not have reserved. A repeat finds the order.</summary>
    OutcomeUnknown,

    /// <summary>Redis is away, or no order id can be made. Nothing was reserved.</summary>
    StockUnavailable,

    /// <summary>The bucket does not exist in Redis.</summary>
    NotWarmed,

    /// <summary>The server has forgotten what this node has seen: the bucket sells again once it is rebuilt.</summary>
    Fenced,

    /// <summary>The sale asks for a grab token, and none was shown.</summary>
    GrabTokenRequired,

    /// <summary>The grab token is not ours, or is another user's or item's.</summary>
    GrabTokenInvalid,

    /// <summary>The grab token's time is over.</summary>
    GrabTokenExpired,

    /// <summary>The grab token works once and was used; the result names the order, if there is one.</summary>
    GrabTokenUsed,

    /// <summary>Too many grabs came from the user's address; the result says how long to wait.</summary>
    ThrottledIp,

    /// <summary>The sale takes no more grabs a second; the result says how long to wait.</summary>
    ThrottledSale,

    /// <summary>The node takes no more grabs a second; the result says how long to wait.</summary>
    ThrottledNode,

    /// <summary>A hand has stopped the sale for a while, or the kill-switch all of them; the result says when to ask again.</summary>
    Paused,
}
