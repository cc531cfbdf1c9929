namespace Seckill.Core.Stock;

/// <summary>The answer to a batch.</summary>
/// <param name="Status">Of the whole batch.</param>
/// <param name="Epoch">The bucket's epoch; 0 when it has none.</param>
/// <param name="Version">The bucket's version after the batch.</param>
/// <param name="Left">Units left after the batch.</param>
/// <param name="Decisions">One per grab, in order; empty unless <see cref="StockStatus.Decided"/>.</param>
public sealed record StockReply(StockStatus Status, long Epoch, long Version, long Left, IReadOnlyList<StockDecision> Decisions);
