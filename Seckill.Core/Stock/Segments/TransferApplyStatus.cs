namespace Seckill.Core.Stock.Segments;

/// <summary>What became of a transfer at its bucket. The numbers are the script's.</summary>
public enum TransferApplyStatus
{
    /// <summary>Its units have moved.</summary>
    Applied = 1,

    /// <summary>They had moved before.</summary>
    AlreadyApplied = 2,

    /// <summary>A later one was applied: this one is over.</summary>
    Overtaken = 3,

    /// <summary>The bucket does not exist in Redis.</summary>
    NotWarmed = -1,

    /// <summary>The bucket lives in another epoch.</summary>
    EpochChanged = -2,

    /// <summary>The bucket has forgotten an earlier one: it was lost, and waits for a recovery.</summary>
    Behind = -3,

    /// <summary>The bucket is being recovered.</summary>
    Fenced = -4,

    /// <summary>The bucket shows less than this process has seen of it: a promoted replica lost writes, and it waits for a recovery.</summary>
    VersionBehind = -5,
}
