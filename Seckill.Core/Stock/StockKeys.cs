using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>The Redis keys of one stock bucket. They share the hash tag <c>{sale:sku:index}</c>, hence one cluster slot and one atomic script.</summary>
/// <param name="Bucket">The bucket.</param>
public readonly record struct StockKeys(StockBucket Bucket)
{
    /// <summary>
    /// Set of all warmed buckets, <c>sale:sku:index</c> each: the outbox relay and the stock hints walk it. One slot of its own; written before a
    /// bucket's first unit is, and left a week after its sale (<see cref="Outbox.FinishedBuckets"/>).
    /// </summary>
    public static readonly RedisKey Directory = "seckill:buckets";

    /// <summary>Channel of <c>sale:sku:index</c> texts: a bucket whose units returned. Nodes lift their sold-out flag; a lost message is mended by their poll.</summary>
    public const string ReturnedChannel = "seckill:stock:returned";

    /// <summary>Channel of the same texts: a bucket whose last unit went, said by the node whose batch took it. A lost message costs each other node one question to Redis.</summary>
    public const string SoldOutChannel = "seckill:stock:sold-out";

    /// <summary>string: units left to reserve.</summary>
    public RedisKey Stock => $"{{{Bucket}}}:stock";

    /// <summary>hash: user id -> <c>slot=orderId[,slot=orderId…]</c>, the reservations and orders the user holds.</summary>
    public RedisKey Buyers => $"{{{Bucket}}}:buyers";

    /// <summary>stream: packed batches of winners that await Kafka, see <see cref="Outbox.OutboxEntry"/>.</summary>
    public RedisKey Outbox => $"{{{Bucket}}}:outbox";

    /// <summary>hash: <c>epoch</c> (which life of the bucket), <c>version</c> (raised by each deciding batch), <c>total</c> (units offered), <c>limit</c> (units per user).
    /// In a bucket of a segmented SKU also <c>transfer</c> (<c>epoch serial moved</c> of the latest transfer that it has applied).
    /// While a recovery has the bucket closed also <c>fence</c> (the epoch it leads to) and <c>fencedAt</c> (Unix ms).</summary>
    public RedisKey Meta => $"{{{Bucket}}}:meta";

    /// <summary>sorted set: <c>orderId userId</c> -> Unix ms; orders released in the last <see cref="StockStore.KeepReleased"/>, so that a call whose outcome was unknown does not reserve them anew.</summary>
    public RedisKey Released => $"{{{Bucket}}}:released";

    /// <summary>hash, only while a recovery loads it: the buyers of the next life.</summary>
    public RedisKey Rebuilt => $"{{{Bucket}}}:rebuilt";

    /// <summary>hash: order id -> <c>epoch version atMs userId</c>, winners whom Api nodes testify to after a loss, until the recovery has settled their fate, see <see cref="WitnessedWinner"/>; expires after <see cref="TestimonyStore.KeepFor"/>.</summary>
    public RedisKey Testimony => $"{{{Bucket}}}:testimony";

    /// <summary>hash, at the pool of a segmented SKU alone: bucket's index -> <c>epoch serial [units]</c>, the latest transfer of each bucket; units while it is open, 0 for one that gathers (docs/segmented-stock.md).</summary>
    public RedisKey Transfers => $"{{{Bucket}}}:transfers";
}
