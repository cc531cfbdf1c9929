using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary><see cref="StockStore.GrabAsync"/>, as the lanes call it; tests put a slow or silent Redis in its place.</summary>
/// <exception cref="StockUnavailableException">No answer.</exception>
internal delegate Task<StockReply> DecideGrabs(StockBucket bucket, ReadOnlyMemory<StockGrab> grabs, long expectedEpoch, long minVersion, StockAsk ask);
