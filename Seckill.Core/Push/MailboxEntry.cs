namespace Seckill.Core.Push;

/// <summary>A stored message.</summary>
/// <param name="Seq">Its sequence number, 1 and up.</param>
/// <param name="Body">UTF-8: the envelope without its seq, see <see cref="PushEnvelope"/>.</param>
/// <param name="IsAhead">A copy sent before its turn: on the wire <c>seq</c> is 0, and <c>ahead</c> tells the sequence number.</param>
public readonly record struct MailboxEntry(long Seq, ReadOnlyMemory<byte> Body, bool IsAhead = false);
