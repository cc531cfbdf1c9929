using Confluent.Kafka;

namespace Seckill.Core.Messaging;

/// <summary>A message of a <see cref="DelayedTopic"/> whose time has come.</summary>
/// <param name="Consumed">The message and where it stood.</param>
/// <param name="DueAt">When it was due; never in the future.</param>
public readonly record struct DelayedMessage(ConsumeResult<byte[]?, byte[]> Consumed, DateTimeOffset DueAt);
