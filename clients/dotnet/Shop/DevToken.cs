namespace Seckill.Client.Shop;

/// <summary>A bearer token for development.</summary>
/// <param name="AccessToken">The JWT.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record DevToken(string AccessToken, DateTimeOffset ExpiresAt);
