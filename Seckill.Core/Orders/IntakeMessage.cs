using Confluent.Kafka;

namespace Seckill.Core.Orders;

/// <summary>A consumed message and the tenancy of its partition at that moment, see <see cref="IntakePartitions"/>.</summary>
internal readonly record struct IntakeMessage(ConsumeResult<byte[]?, byte[]> Consumed, long Tenancy);
