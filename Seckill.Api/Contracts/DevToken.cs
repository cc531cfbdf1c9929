namespace Seckill.Api.Contracts;

/// <summary>A token.</summary>
/// <param name="AccessToken">The JWT.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record DevToken(string AccessToken, DateTimeOffset ExpiresAt);
