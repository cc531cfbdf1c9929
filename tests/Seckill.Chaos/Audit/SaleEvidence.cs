using Seckill.Chaos.Crowds;

namespace Seckill.Chaos.Audit;

/// <summary>One sale as Redis and MySQL hold it.</summary>
/// <param name="Sale">What was offered.</param>
/// <param name="Left">Units left in Redis, over all buckets; null when a bucket is not there.</param>
/// <param name="Held">In Redis: which orders each user holds.</param>
/// <param name="OutboxEntries">Entries that await Kafka.</param>
/// <param name="Orders">All rows.</param>
/// <param name="GuardUnits">Units that <c>stock_guard</c> allows.</param>
/// <param name="GuardSold">Units that <c>stock_guard</c> counts as sold.</param>
internal sealed record SaleEvidence(
    ChaosSale Sale, long? Left, IReadOnlyDictionary<string, IReadOnlyList<long>> Held, long OutboxEntries, IReadOnlyList<OrderRow> Orders, int GuardUnits, int GuardSold);
