namespace Seckill.Core.Push;

/// <summary>What a hub node finds at a user's mailbox.</summary>
/// <param name="Head">Where it stands.</param>
/// <param name="IsLeased">False when appenders do not know that the node has the user: Redis forgot, or an appender found nobody listening there.</param>
public readonly record struct MailboxVisit(MailboxPosition Head, bool IsLeased);
