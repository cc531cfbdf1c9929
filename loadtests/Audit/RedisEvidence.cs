using Seckill.Core.Ids;

namespace Seckill.LoadTests.Audit;

/// <summary>The stock buckets of a SKU, added up.</summary>
/// <param name="Left">Units left to reserve.</param>
/// <param name="Total">Units offered, by the buckets' own account.</param>
/// <param name="Holdings">Orders per user in the buyers hashes.</param>
/// <param name="OutboxLength">Entries that await Kafka.</param>
public sealed record RedisEvidence(long Left, long Total, IReadOnlyDictionary<UserId, IReadOnlyList<OrderId>> Holdings, long OutboxLength)
{
    public int Held => Holdings.Values.Sum(orders => orders.Count);
}
