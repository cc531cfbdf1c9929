using System.Text.Json;

namespace Seckill.Client.Push;

/// <summary>A pushed message, the envelope of <c>docs/push-protocol.md</c>.</summary>
/// <param name="Id">Same id, same message: the client has dropped repetitions already.</param>
/// <param name="Seq">Place in the mailbox; 0 for sale-wide messages, which are stored nowhere.</param>
/// <param name="Type">What it says, for example <c>order.created</c>.</param>
/// <param name="At">When it was sent.</param>
/// <param name="Ttl">Seconds that it is worth showing.</param>
/// <param name="Priority"><c>normal</c> or <c>high</c>.</param>
/// <param name="Payload">By type.</param>
public sealed record PushMessage(string Id, long Seq, string Type, DateTimeOffset At, long Ttl, string Priority, JsonElement Payload) : PushEvent
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    /// <summary>0, or <see cref="Seq"/> of a message of high priority that came before its turn: those of normal priority before it follow.</summary>
    public long Ahead { get; init; }

    /// <summary>The payload of a chat message; null when it is none.</summary>
    public ChatMessage? AsChatMessage() => Type == PushTypes.ChatMessage ? Payload.Deserialize<ChatMessage>(Web) : null;

    /// <summary>The payload of a notice; null when it is none.</summary>
    public Notice? AsNotice() => Type == PushTypes.Notice ? Payload.Deserialize<Notice>(Web) : null;
}
