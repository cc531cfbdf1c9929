using Seckill.Core.Ids;

namespace Seckill.Api.Contracts;

/// <summary>Counters of an item.</summary>
/// <param name="SkuId">The item.</param>
/// <param name="Stock">Units offered.</param>
/// <param name="Left">Units left in Redis.</param>
/// <param name="Held">Units promised in Redis that are no orders in MySQL yet.</param>
/// <param name="Sold">Active orders in MySQL.</param>
/// <param name="OutboxLength">Batches that await Kafka.</param>
/// <param name="Epoch">The bucket's epoch.</param>
/// <param name="Version">The bucket's version.</param>
public sealed record ItemStats(SkuId SkuId, int Stock, long? Left, long? Held, int? Sold, long? OutboxLength, long? Epoch, long? Version);
