using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Stock.Recovery;

/// <summary>What MySQL knows of a bucket that must be there: it was warmed, or sold from, and its sale is not over, or was until lately.</summary>
/// <param name="Bucket">The bucket, or the pool of a segmented SKU.</param>
/// <param name="Units">Units offered of the SKU.</param>
/// <param name="Limit">Units per user.</param>
/// <param name="Epoch">The epoch that Redis must have.</param>
/// <param name="Seen">What was last seen of it in Redis; null when no Worker has looked yet.</param>
internal sealed record GuardedBucket(StockBucket Bucket, int Units, int Limit, long Epoch, SeenLife? Seen)
{
    /// <summary>How many buckets share the units.</summary>
    public int Buckets { get; init; } = 1;

    /// <summary>The SKU as a whole.</summary>
    public StockSegments Segments => new(Bucket.Sale, Bucket.Sku, Buckets);

    /// <summary>What is wrong with the bucket that Redis shows.</summary>
    public LossCause Judge(BucketLook look) => look switch
    {
        { IsWhole: false } => LossCause.Missing,
        _ when look.Epoch != Epoch => LossCause.EpochMismatch,
        _ when Seen is { } seen && seen.RunId != look.RunId => LossCause.ServerChanged,
        _ when Seen is { } seen && seen.Epoch == look.Epoch && look.Version < seen.Version => LossCause.VersionBehind,
        _ => LossCause.None,
    };
}
