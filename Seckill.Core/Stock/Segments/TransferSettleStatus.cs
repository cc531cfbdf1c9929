namespace Seckill.Core.Stock.Segments;

/// <summary>What became of settling a transfer. The numbers are the script's.</summary>
public enum TransferSettleStatus
{
    /// <summary>The pool has taken in what was handed over, and closed the record.</summary>
    Settled = 1,

    /// <summary>That had happened before.</summary>
    AlreadySettled = 2,

    /// <summary>The pool does not exist in Redis.</summary>
    NotWarmed = -1,

    /// <summary>The pool lives in another epoch.</summary>
    EpochChanged = -2,

    /// <summary>The pool knows of no such transfer, or of another number of units: it was lost, and waits for a recovery.</summary>
    Contradicted = -3,

    /// <summary>The SKU is being recovered.</summary>
    Fenced = -4,
}
