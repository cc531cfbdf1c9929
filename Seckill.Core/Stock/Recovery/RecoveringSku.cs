using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Stock.Recovery;

/// <summary>What is recovered as one: a bucket, or all parts of a segmented SKU.</summary>
/// <param name="Segments">The SKU.</param>
/// <param name="Parts">At least one.</param>
internal sealed record RecoveringSku(StockSegments Segments, IReadOnlyList<StockBucket> Parts);
