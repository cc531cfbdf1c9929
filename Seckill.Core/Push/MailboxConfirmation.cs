namespace Seckill.Core.Push;

/// <summary>A confirmation of a client, with its times by the hub node's clock.</summary>
/// <param name="Seq">Everything up to it is confirmed.</param>
/// <param name="DeliveredAt">When the last of what it confirms was handed to the connection.</param>
/// <param name="AckedAt">When it came.</param>
public readonly record struct MailboxConfirmation(long Seq, DateTimeOffset DeliveredAt, DateTimeOffset AckedAt);
