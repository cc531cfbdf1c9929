using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>A grab that waits for its answer.</summary>
/// <remarks>Continuations run asynchronously: the loop that answers a batch must not be borrowed by 256 requests.</remarks>
internal sealed class PendingGrab(StockGrab grab, long enqueuedAt) : TaskCompletionSource<GrabResult>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public StockGrab Grab { get; } = grab;

    public long EnqueuedAt { get; } = enqueuedAt;
}
