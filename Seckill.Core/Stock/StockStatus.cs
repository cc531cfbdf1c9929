namespace Seckill.Core.Stock;

/// <summary>What <c>grab.lua</c> says of a whole batch. The codes are the script's.</summary>
public enum StockStatus
{
    /// <summary>Each grab has its answer.</summary>
    Decided = 1,

    /// <summary>The bucket does not exist: never warmed up, or Redis came back empty. Nothing was written.</summary>
    NotWarmed = -1,

    /// <summary>The bucket lives in another epoch than the caller knows. Nothing was written.</summary>
    EpochChanged = -2,

    /// <summary>The server has forgotten batches that the caller has seen (a promoted replica). Nothing was written; the bucket must be rebuilt.</summary>
    VersionBehind = -3,

    /// <summary>The bucket is being recovered. Nothing was written; it sells again by itself.</summary>
    Fenced = -4,
}
