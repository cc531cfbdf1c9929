using Seckill.Core.Ids;

namespace Seckill.Core.Push.Messages;

/// <summary>What is fixed about a type of pushed message.</summary>
/// <param name="Name">One of <see cref="PushTypes"/>.</param>
/// <param name="Audience">To whom it may go.</param>
/// <param name="Priority">Where its sender does not say otherwise.</param>
/// <param name="Ttl">How long it is worth delivering, where its sender does not say otherwise.</param>
public sealed record PushMessageType(string Name, PushAudience Audience, PushPriority Priority, TimeSpan Ttl)
{
    /// <summary>True when the latest one is kept for those who begin to watch.</summary>
    public bool KeepsLatest { get; init; }

    /// <summary>True when operators may send it; the others only the engine makes, and nobody else can speak for it.</summary>
    public bool IsFromOperators { get; init; }

    /// <summary>What its payload looks like: the file <c>Schemas/{Name}.schema.json</c>.</summary>
    public PayloadSchema Schema { get; } = PayloadSchema.Load(Name);

    /// <summary>A message of this type for a user's mailbox, with the type's own priority and time to live.</summary>
    /// <param name="user">Whose mailbox.</param>
    /// <param name="id">Idempotency key, see <see cref="MailboxMessage.Id"/>.</param>
    /// <param name="payloadJson">UTF-8 JSON that conforms to <see cref="Schema"/>.</param>
    public MailboxMessage To(UserId user, string id, ReadOnlyMemory<byte> payloadJson) => new(user, id, Name, Priority, Ttl, payloadJson);
}
