namespace Seckill.Client.Shop;

/// <summary>A token to be shown with a grab.</summary>
/// <param name="Token">The token.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record GrabToken(string Token, DateTimeOffset ExpiresAt);
