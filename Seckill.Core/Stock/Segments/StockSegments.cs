using System.Text;
using Seckill.Core.Ids;

namespace Seckill.Core.Stock.Segments;

/// <summary>How the units of one SKU are kept: in one bucket, or in several that draw on a pool (docs/segmented-stock.md).</summary>
/// <param name="Sale">The sale.</param>
/// <param name="Sku">The SKU.</param>
/// <param name="Buckets">1 to <see cref="MaxBuckets"/>; the same for as long as the sale lives, since users are mapped by it.</param>
public readonly record struct StockSegments(SaleId Sale, SkuId Sku, int Buckets)
{
    /// <summary>Most buckets of one SKU: many times the nodes of a large cluster, and few enough to be looked at in one round.</summary>
    public const int MaxBuckets = 64;

    /// <summary>More than one bucket, hence a pool.</summary>
    public bool IsSegmented => Buckets > 1;

    /// <summary>Where the units lie that no bucket has drawn. Nobody grabs there.</summary>
    public StockBucket Pool => new(Sale, Sku, StockBucket.PoolIndex);

    /// <summary>The buckets, without the pool.</summary>
    public IEnumerable<StockBucket> All
    {
        get
        {
            StockSegments segments = this;
            return Enumerable.Range(0, Buckets).Select(index => segments[index]);
        }
    }

    /// <summary>Everything that keeps units of the SKU: the buckets, and the pool where there is one.</summary>
    public IEnumerable<StockBucket> Everything => IsSegmented ? [.. All, Pool] : All;

    /// <summary>One of the buckets.</summary>
    public StockBucket this[int index] => new(Sale, Sku, index);

    /// <summary>The one bucket that a user may grab from, the same on every node and for ever: that is what keeps "one per user" a matter of one bucket.</summary>
    /// <remarks>
    /// FNV-1a over the id's bytes with the finalizer of MurmurHash3, scaled to the number of buckets. Not <see cref="UserShard"/>: its few bits would put the users of one order table into the
    /// same buckets.
    /// </remarks>
    public StockBucket BucketOf(UserId user) => new(Sale, Sku, Buckets == 1 ? 0 : (int)((Hash(user.Value) * (ulong)Buckets) >> 32));

    private static uint Hash(string user)
    {
        Span<byte> bytes = stackalloc byte[IdText.MaxLength * 3];
        int length = Encoding.UTF8.GetBytes(user.AsSpan(0, Math.Min(user.Length, IdText.MaxLength)), bytes);
        uint hash = 2166136261;
        foreach (byte b in bytes[..length])
        {
            hash = (hash ^ b) * 16777619;
        }

        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }
}
