namespace Seckill.Core.Push;

/// <summary>A stored message.</summary>
/// <param name="Seq">Its sequence number, 1 and up.</param>
/// <param name="Body">UTF-8: the envelope without its seq, see <see cref="PushEnvelope"/>.</param>
public readonly record struct MailboxEntry(long Seq, ReadOnlyMemory<byte> Body);
