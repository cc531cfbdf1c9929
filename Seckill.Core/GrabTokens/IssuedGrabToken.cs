namespace Seckill.Core.GrabTokens;

/// <summary>An issued grab token.</summary>
/// <param name="Value">What the grab shows.</param>
/// <param name="ExpiresAt">When it ends.</param>
public readonly record struct IssuedGrabToken(string Value, DateTimeOffset ExpiresAt);
