namespace Seckill.Core.Push;

/// <summary>One connection of a user.</summary>
/// <param name="Device">What the client calls its device; null when it does not say.</param>
/// <param name="Transport"><c>webSockets</c>, <c>serverSentEvents</c> or <c>longPolling</c>.</param>
/// <param name="Since">When it was made, UTC.</param>
public sealed record UserSessionInfo(string? Device, string Transport, DateTimeOffset Since);
