namespace Seckill.Core.Identity;

/// <summary>An issued bearer token.</summary>
/// <param name="Value">The compact JWT.</param>
/// <param name="ExpiresAt">When it ends, to the second.</param>
public sealed record AccessToken(string Value, DateTimeOffset ExpiresAt);
