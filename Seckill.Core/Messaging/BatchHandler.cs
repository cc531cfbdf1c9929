using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>Handles a batch of consumed messages. Returns when all are done: only then are their offsets stored.</summary>
/// <remarks>
/// A batch is handed over again after a crash, after a rebalance, and when the handler threw: handling must be idempotent. A message that can never be handled is the handler's to
/// put aside (<see cref="SetAside"/>): one that is only thrown over would hold up its partition for good.
/// </remarks>
/// <param name="batch">Each partition's messages in order.</param>
/// <param name="stop">Gives up: the host stops and the time to finish has run out.</param>
public delegate Task BatchHandler(IReadOnlyList<ConsumeResult<byte[]?, byte[]>> batch, CancellationToken stop);
