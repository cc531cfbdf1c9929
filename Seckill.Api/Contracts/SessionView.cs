namespace Seckill.Api.Contracts;

/// <summary>One connection of a user. <c>transport</c> is <c>webSockets</c>, <c>serverSentEvents</c> or <c>longPolling</c>.</summary>
public sealed record SessionView(string Node, string? Device, string Transport, DateTimeOffset Since);
