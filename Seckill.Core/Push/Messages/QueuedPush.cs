using Seckill.Core.Ids;
using Seckill.Core.Messaging;

namespace Seckill.Core.Push.Messages;

/// <summary>A message on its way through <see cref="KafkaTopics.Push"/>; see <see cref="QueuedPushCodec"/> for the bytes.</summary>
/// <param name="Id">Idempotency key and the envelope's id; begins with <see cref="IdPrefix"/>.</param>
/// <param name="Type">Of a type that operators may send.</param>
/// <param name="To">The receiver.</param>
/// <param name="Priority">How much it matters when the mailbox is full.</param>
/// <param name="Ttl">How long from <paramref name="At"/> it is worth delivering; whole seconds, 1 s to <see cref="MaxTtl"/>.</param>
/// <param name="At">When the Api took it.</param>
/// <param name="By">Which operator sent it.</param>
/// <param name="PayloadJson">UTF-8 JSON that conforms to the type's schema, at most <see cref="PushEnvelope.MaxPayloadBytes"/>.</param>
public sealed record QueuedPush(
    string Id, PushMessageType Type, PushReceiver To, PushPriority Priority, TimeSpan Ttl, DateTimeOffset At, UserId By, ReadOnlyMemory<byte> PayloadJson)
{
    /// <summary>Message type and version; a reader that does not know it sends the message to <see cref="KafkaTopics.Unroutable"/>.</summary>
    public const string Version = "push.v1";

    /// <summary>Every id begins so: what an operator names can never be taken for a message of the engine's own, whose id the mailbox would then refuse.</summary>
    public const string IdPrefix = "op:";

    /// <summary>Longest id that a sender gives, without the prefix, in visible ASCII characters.</summary>
    public const int MaxGivenIdLength = 100;

    /// <summary>
    /// Longest time to live: 24 h. Shorter than mailboxes remember ids (<see cref="MailboxOptions.IdempotencyWindow"/>), so that what Kafka delivers again after its id was
    /// forgotten has run out by then, and is not shown twice.
    /// </summary>
    public static TimeSpan MaxTtl { get; } = TimeSpan.FromHours(24);

    /// <summary>Whether a text can be the part of an id that a sender gives.</summary>
    public static bool IsGivenId(string? text) => text is { Length: > 0 and <= MaxGivenIdLength } && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
