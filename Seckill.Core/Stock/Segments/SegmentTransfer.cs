namespace Seckill.Core.Stock.Segments;

/// <summary>One transfer between the pool and a bucket, as the pool has recorded it: all that anybody needs to finish it.</summary>
/// <param name="Bucket">Index of the bucket.</param>
/// <param name="Epoch">The epoch in which it was opened. It means nothing in any other.</param>
/// <param name="Serial">Its number among the bucket's transfers of that epoch, from 1.</param>
/// <param name="Units">What was drawn for the bucket; 0 for one that gathers, for only the bucket knows how much it can give.</param>
public readonly record struct SegmentTransfer(int Bucket, long Epoch, long Serial, long Units)
{
    /// <summary>Fetches units from the bucket.</summary>
    public bool Gathers => Units == 0;
}
