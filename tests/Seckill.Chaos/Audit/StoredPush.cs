namespace Seckill.Chaos.Audit;

/// <summary>One message about an order, in a mailbox in Redis.</summary>
internal sealed record StoredPush(long Seq, string Id, string Type, string? OrderId, string? Status);
