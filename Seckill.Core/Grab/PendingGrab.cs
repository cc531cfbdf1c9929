using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>A grab that waits for its answer.</summary>
/// <remarks>Continuations run where the answer is set, which is an <see cref="AnsweredSlice"/>, never the loop that talks to Redis.</remarks>
internal sealed class PendingGrab(StockGrab grab, long enqueuedAt, bool isFinal) : TaskCompletionSource<GrabResult>
{
    public StockGrab Grab { get; } = grab;

    /// <summary>Whether what the lane answers is the end of it, and so is counted and noted. False: an empty bucket is not yet a sold-out SKU.</summary>
    public bool IsFinal { get; } = isFinal;

    public long EnqueuedAt { get; } = enqueuedAt;
}
