using Seckill.Client.Push;

namespace Seckill.Client.Shop;

/// <summary>A message that an admin sends.</summary>
/// <param name="Type">One of <see cref="PushTypes"/> that may be sent: <c>notice</c>, <c>chat.message</c>.</param>
/// <param name="To">The receivers.</param>
/// <param name="Payload">By type: <see cref="Notice"/>, <see cref="ChatMessage"/>.</param>
/// <param name="Id">Sent again with the same id, it is the same message. Null: the server makes one.</param>
/// <param name="Priority"><c>normal</c> or <c>high</c>; null: the type's. Of a chat message its metadata say it.</param>
/// <param name="Ttl">Seconds that it is worth delivering; null: the type's. Of a chat message its metadata say it.</param>
public sealed record NewPush(string Type, PushTo To, object Payload, string? Id = null, string? Priority = null, int? Ttl = null)
{
    /// <summary>A notice.</summary>
    public static NewPush Of(Notice notice, PushTo to, string? id = null) => new(PushTypes.Notice, to, notice, id);

    /// <summary>A chat message to one user.</summary>
    public static NewPush Of(ChatMessage message, string user, string? id = null) => new(PushTypes.ChatMessage, PushTo.OneUser(user), message, id);
}
