namespace Seckill.Core.Orders;

/// <summary>Why a reservation became a failed order: column <c>reason</c> and the <c>reason</c> of the push <c>order.failed</c>; permanent texts.</summary>
public static class OrderFailure
{
    /// <summary>All units of the SKU have orders already: Redis had forgotten some of its promises (a failover), and the guard in MySQL held.</summary>
    public const string Oversold = "oversold";

    /// <summary>Reserved in a former life of the bucket, which has been rebuilt since without it, and its unit has gone to somebody else.</summary>
    public const string StaleEpoch = "stale-epoch";

    /// <summary>Another active order of the user holds the same slot: one per user was promised twice.</summary>
    public const string SlotTaken = "slot-taken";

    /// <summary>The order id belongs to somebody else's order: two id makers shared a worker id. No row can be written under that id.</summary>
    public const string IdClash = "id-clash";

    /// <summary>The sale or the SKU is not in the catalog, so there is no price and no guard; it has been looked for again over all retry tiers. No row stands.</summary>
    public const string UnknownItem = "unknown-item";

    /// <summary>MySQL refuses the reservation's values. No row stands.</summary>
    public const string InvalidData = "invalid-data";

    /// <summary>MySQL refused the reservation, and no other of its batch, with an error we do not know, over all retry tiers. No row stands.</summary>
    public const string UnknownFault = "unknown-fault";
}
