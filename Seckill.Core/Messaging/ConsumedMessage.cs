using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>A consumed message and the tenancy of its partition at that moment, see <see cref="PartitionTenancies"/>.</summary>
internal readonly record struct ConsumedMessage(ConsumeResult<byte[]?, byte[]> Consumed, long Tenancy);
