namespace Seckill.Core.Stock.Segments;

/// <summary>The pool's answer to whoever would open a transfer.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Transfer">The one that is open now; meaningless unless the status is Opened or AlreadyOpen.</param>
/// <param name="PoolLeft">Units left in the pool.</param>
public readonly record struct TransferReply(TransferOpenStatus Status, SegmentTransfer Transfer, long PoolLeft)
{
    /// <summary>There is a transfer to be finished.</summary>
    public bool IsOpen => Status is TransferOpenStatus.Opened or TransferOpenStatus.AlreadyOpen;
}
