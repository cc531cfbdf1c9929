using Seckill.Core.Ids;

namespace Seckill.Core.Grab;

/// <summary>The answer to a grab.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Order">The order reserved or held already; default otherwise.</param>
/// <param name="RetryAfter">How long to wait before asking again; zero when that makes no sense.</param>
/// <param name="Epoch">When reserved, the bucket's epoch.</param>
/// <param name="Version">When reserved, the bucket's version after the batch.</param>
/// <param name="Receipt">When reserved, the signed receipt; <see cref="GrabHandler"/> adds it.</param>
public readonly record struct GrabResult(
    GrabOutcome Outcome, OrderId Order = default, TimeSpan RetryAfter = default, long Epoch = 0, long Version = 0, string? Receipt = null);
