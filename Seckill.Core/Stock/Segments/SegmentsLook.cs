namespace Seckill.Core.Stock.Segments;

/// <summary>What was read of a segmented SKU: its pool and its buckets, each at a moment of its own. What may be concluded from that is here, free of I/O.</summary>
/// <param name="Pool">The pool; null when its node did not answer.</param>
/// <param name="Buckets">The buckets by index; null where the node did not answer.</param>
public sealed record SegmentsLook(SegmentLook? Pool, IReadOnlyList<SegmentLook?> Buckets)
{
    /// <summary>Every part answered.</summary>
    public bool HasAnswered => Pool is not null && Buckets.All(bucket => bucket is not null);

    /// <summary>Every part answered, is whole and open, and lives in the pool's epoch.</summary>
    public bool IsOpen => Pool is { IsOpen: true } pool && Buckets.All(bucket => bucket is { IsOpen: true } && bucket.Epoch == pool.Epoch);

    /// <summary>Units left anywhere, those on their way included; exact when nothing moved between the reads.</summary>
    public long Left => (Pool?.Left ?? 0) + Buckets.Sum(bucket => bucket?.Left ?? 0) + InTransfer;

    /// <summary>Units that have left one side of an open transfer and have not come to the other.</summary>
    public long InTransfer => (Pool?.Open ?? []).Sum(InTransferOf);

    /// <summary>The open bucket with the most units left; null when none has any.</summary>
    public int? Richest()
    {
        int? richest = null;
        for (int i = 0; i < Buckets.Count; i++)
        {
            if (Buckets[i] is { IsOpen: true, Left: > 0 } bucket && (richest is not { } best || bucket.Left > Buckets[best]!.Left))
            {
                richest = i;
            }
        }

        return richest;
    }

    /// <summary>Whether there was a moment between two readings at which not one unit of the SKU could be had.</summary>
    /// <remarks>
    /// One reading proves nothing: while it goes from bucket to bucket, a unit may be given back where it has been already. But whatever changes a part raises its version, so a part that reads the
    /// same twice did not change in between, and the last moment of the first reading is between both of every part.
    /// </remarks>
    public static bool ProveSoldOut(SegmentsLook first, SegmentsLook second)
    {
        if (!first.IsOpen || !second.IsOpen || !first.HasNothing || first.Buckets.Count != second.Buckets.Count || !IsSame(first.Pool!, second.Pool!))
        {
            return false;
        }

        for (int i = 0; i < first.Buckets.Count; i++)
        {
            if (!IsSame(first.Buckets[i]!, second.Buckets[i]!))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>No unit was seen anywhere, nor a transfer that might bring one.</summary>
    public bool HasNothing => Pool is { Left: 0, Open.Count: 0 } && Buckets.All(bucket => bucket is { Left: 0 });

    private static bool IsSame(SegmentLook one, SegmentLook other) => one.Epoch == other.Epoch && one.Version == other.Version;

    private long InTransferOf(SegmentTransfer transfer)
    {
        bool isApplied = Buckets[transfer.Bucket] is { } bucket && bucket.Epoch == transfer.Epoch && bucket.Applied >= transfer.Serial;
        return transfer.Gathers ? isApplied ? -Buckets[transfer.Bucket]!.Moved : 0 : isApplied ? 0 : transfer.Units;
    }
}
