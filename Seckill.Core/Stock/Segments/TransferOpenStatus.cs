namespace Seckill.Core.Stock.Segments;

/// <summary>What became of opening a transfer. The numbers are the script's.</summary>
public enum TransferOpenStatus
{
    /// <summary>Recorded; what was drawn has left the pool's stock.</summary>
    Opened = 1,

    /// <summary>An earlier transfer of that bucket is open, and must be finished first. Its kind may be the other.</summary>
    AlreadyOpen = 2,

    /// <summary>The pool has nothing to draw.</summary>
    PoolEmpty = 3,

    /// <summary>Nothing needs to be gathered: the pool has units.</summary>
    NotNeeded = 4,

    /// <summary>The pool does not exist in Redis.</summary>
    NotWarmed = -1,

    /// <summary>The pool lives in another epoch.</summary>
    EpochChanged = -2,

    /// <summary>The pool shows less than this process has seen of it: a promoted replica lost writes, and it waits for a recovery.</summary>
    VersionBehind = -3,

    /// <summary>The SKU is being recovered.</summary>
    Fenced = -4,
}
