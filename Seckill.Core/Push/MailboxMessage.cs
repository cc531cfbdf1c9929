using Seckill.Core.Ids;

namespace Seckill.Core.Push;

/// <summary>A message for one user's mailbox, before it has a sequence number.</summary>
/// <param name="User">Whose mailbox.</param>
/// <param name="Id">Idempotency key, for example <c>{orderId}:order.created</c>: a second append with this id changes nothing and pushes nothing new. At most 128 ASCII characters.</param>
/// <param name="Type">One of <see cref="PushTypes"/>.</param>
/// <param name="Priority">High keeps its place when the mailbox is full.</param>
/// <param name="Ttl">How long it is worth delivering.</param>
/// <param name="PayloadJson">UTF-8 JSON, at most 8 KiB.</param>
public sealed record MailboxMessage(
    UserId User, string Id, string Type, PushPriority Priority, TimeSpan Ttl, ReadOnlyMemory<byte> PayloadJson)
{
    /// <summary>W3C trace context of whoever appends it; null when nobody traces. <c>trace</c> on the wire, so that the delivery, and a client that wishes to, can go on with the trace.</summary>
    public string? TraceParent { get; init; }
}
