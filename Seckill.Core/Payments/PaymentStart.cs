namespace Seckill.Core.Payments;

/// <summary>What came of an attempt to begin a payment.</summary>
public enum PaymentStart
{
    /// <summary>A new payment stands and the saga will take it up.</summary>
    Started = 0,

    /// <summary>The same key had begun a payment of this order before: that one is the answer.</summary>
    Repeated = 1,

    /// <summary>The key belongs to a payment of another order of the user's. Nothing was written.</summary>
    KeyUsedElsewhere = 2,

    /// <summary>Another payment of the order is under way, or has paid it. Nothing was written.</summary>
    InProgress = 3,

    /// <summary>The order has had <see cref="PaymentStore.MaxPerOrder"/> attempts. Nothing was written.</summary>
    TooMany = 4,
}
