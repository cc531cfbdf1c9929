namespace Seckill.Client.Push;

/// <summary>How a <see cref="ChatMessage"/> is delivered.</summary>
/// <param name="Priority"><c>normal</c> or <c>high</c>.</param>
/// <param name="Ttl">Seconds that it is worth delivering, 1 to 86,400.</param>
public sealed record ChatMetadata(string? Priority = null, int? Ttl = null);
