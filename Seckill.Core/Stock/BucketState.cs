namespace Seckill.Core.Stock;

/// <summary>What Redis says of a bucket, read without a lock: the parts may be a batch apart.</summary>
/// <param name="Epoch">Which life of the bucket.</param>
/// <param name="Version">Raised by each batch that reserves and each release.</param>
/// <param name="Total">Units offered.</param>
/// <param name="Limit">Units per user.</param>
/// <param name="Left">Units left to reserve.</param>
/// <param name="OutboxLength">Batches that await Kafka.</param>
public sealed record BucketState(long Epoch, long Version, long Total, int Limit, long Left, long OutboxLength);
