using System.Text.Json;
using System.Text.Json.Nodes;
using Seckill.Core.Ids;

namespace Seckill.Core.Push.Messages;

/// <summary>The payload of a <c>chat.message</c>, an envelope of its own: <c>{ type, timestamp, senderId, receiverId, content, metadata: { priority, ttl } }</c>.</summary>
public static class ChatEnvelope
{
    /// <summary>Adds what a sender may leave out: <c>type</c> (<c>text</c>), <c>timestamp</c> (now), <c>receiverId</c>, and the type's own priority and ttl. Whether the whole conforms is for the schema to say.</summary>
    /// <param name="given">An object without a member twice.</param>
    /// <param name="receiver">Whose mailbox it goes to.</param>
    /// <param name="now">When it was taken.</param>
    public static JsonElement Complete(JsonElement given, UserId receiver, DateTimeOffset now)
    {
        PushMessageType type = PushMessageTypes.ChatMessage;
        JsonObject chat = JsonObject.Create(given)!;
        chat["type"] ??= "text";
        chat["timestamp"] ??= now.UtcDateTime;
        chat["receiverId"] ??= receiver.Value;
        if ((chat["metadata"] ??= new JsonObject()) is JsonObject metadata)
        {
            metadata["priority"] ??= type.Priority == PushPriority.High ? "high" : "normal";
            metadata["ttl"] ??= (long)type.Ttl.TotalSeconds;
        }

        return chat.Deserialize<JsonElement>();
    }

    /// <summary>The mailbox's priority and time to live, which the metadata name.</summary>
    /// <param name="chat">A payload that conforms to its schema.</param>
    public static (PushPriority Priority, TimeSpan Ttl) MetadataOf(JsonElement chat)
    {
        JsonElement metadata = chat.GetProperty("metadata");
        return (QueuedPushCodec.PriorityOf(metadata.GetProperty("priority").GetString())!.Value, TimeSpan.FromSeconds((int)metadata.GetProperty("ttl").GetDecimal()));
    }
}
