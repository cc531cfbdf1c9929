using Seckill.Core.Stock;

namespace Seckill.Core.Grab;

/// <summary>Hears that a reply found a bucket sold out. Called for each such batch: must return at once and never throw.</summary>
/// <param name="bucket">The bucket.</param>
/// <param name="lastUnitWent">True: a grab of this very batch has its last unit, so that no other node can know yet.</param>
internal delegate void SoldOutNotice(StockBucket bucket, bool lastUnitWent);
