using Seckill.Core.Ids;

namespace Seckill.LoadTests.Audit;

/// <summary>An order as messages in Kafka name it.</summary>
/// <param name="Id">The order.</param>
/// <param name="User">Who is to have it.</param>
public readonly record struct KafkaOrder(OrderId Id, UserId User);
