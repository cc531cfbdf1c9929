namespace Seckill.Core.Messaging;

/// <summary>Handles due messages of delayed topics. Returns when all are done: only then are their offsets stored.</summary>
/// <remarks>
/// A batch is handed over again after a crash, after a rebalance, and when the handler threw: handling must be idempotent. A message that can never be
/// handled is the handler's to put aside (<see cref="SetAside"/>); one that must wait again is produced anew.
/// </remarks>
/// <param name="due">At most <see cref="MessagingOptions.DelayedBatch"/>, each partition's in order.</param>
/// <param name="stop">Gives up: the host stops and the time to finish has run out.</param>
public delegate Task DelayedHandler(IReadOnlyList<DelayedMessage> due, CancellationToken stop);
