namespace Seckill.Core.Payments;

/// <summary>What became of a callback. All but the first two changed nothing.</summary>
public enum CallbackVerdict
{
    /// <summary>The payment moved on.</summary>
    Taken = 0,

    /// <summary>Nothing that was not known.</summary>
    NothingNew = 1,

    /// <summary>Not signed by the gateway.</summary>
    Forged = 2,

    /// <summary>Signed too long ago.</summary>
    Expired = 3,

    /// <summary>Signed, but not a callback that we understand.</summary>
    Malformed = 4,

    /// <summary>Its event was taken before.</summary>
    Replayed = 5,

    /// <summary>It names no payment of ours.</summary>
    UnknownPayment = 6,

    /// <summary>It speaks of another amount than the payment's.</summary>
    AmountMismatch = 7,
}
