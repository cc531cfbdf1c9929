namespace Seckill.LoadTests.Target;

/// <summary>What the admin's page says about a sale; null where the answer has no such field.</summary>
public sealed record SaleStats(long? OutboxLength, long? ConsumerLag);
