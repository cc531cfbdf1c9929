namespace Seckill.Api.Contracts;

/// <summary>A grab token.</summary>
/// <param name="Token">To be shown in the header <c>X-Grab-Token</c> of a grab of the same item by the same user.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record GrabTokenView(string Token, DateTimeOffset ExpiresAt);
