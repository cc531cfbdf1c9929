namespace Seckill.Core.Stock;

/// <summary>What Redis says of a bucket, whole and at one moment. Numbers are -1 where the key or field is missing.</summary>
/// <param name="RunId">Which life of which server answered: changes with a restart and with a promotion.</param>
/// <param name="Epoch">Which life of the bucket.</param>
/// <param name="Version">Raised by each batch that reserves and each release.</param>
/// <param name="Total">Units offered.</param>
/// <param name="Limit">Units per user.</param>
/// <param name="Left">Units left to reserve.</param>
/// <param name="Fence">The epoch that a recovery under way leads to.</param>
/// <param name="FencedAtMs">Since when, Unix ms.</param>
/// <param name="OutboxLength">Batches that await Kafka.</param>
/// <param name="Testimony">Winners whom Api nodes testify to, and whose fate is open.</param>
public sealed record BucketLook(
    string RunId, long Epoch, long Version, long Total, int Limit, long Left, long Fence, long FencedAtMs, long OutboxLength, int Testimony)
{
    /// <summary>Nothing that a grab needs is missing.</summary>
    public bool IsWhole => Epoch > 0 && Version > 0 && Total >= 0 && Limit > 0 && Left >= 0;

    /// <summary>A recovery has closed it.</summary>
    public bool IsFenced => Fence > 0;

    /// <summary>A recovery has put the new life in place, and has yet to open it.</summary>
    public bool IsSwapped => IsFenced && Epoch == Fence;
}
