namespace Seckill.Core.Push;

/// <summary>What became of one appended message.</summary>
/// <param name="Position">Where the message is: for a repeated id, where the first one went.</param>
/// <param name="Appended">False when the id was known already: nothing was written and nobody was woken.</param>
public readonly record struct MailboxAppendResult(MailboxPosition Position, bool Appended);
