namespace Seckill.Client.Push;

/// <summary>Payload of <see cref="PushTypes.ChatMessage"/>. When it is sent, all but sender and content may be null: the server knows the rest.</summary>
/// <param name="SenderId">Who says it.</param>
/// <param name="Content">1 to 2,000 characters.</param>
/// <param name="Type">Kind of content; <c>text</c>.</param>
/// <param name="Timestamp">When it was said.</param>
/// <param name="ReceiverId">Whom it was sent to.</param>
/// <param name="Metadata">How it is delivered.</param>
public sealed record ChatMessage(string SenderId, string Content, string? Type = null, DateTimeOffset? Timestamp = null, string? ReceiverId = null, ChatMetadata? Metadata = null);
