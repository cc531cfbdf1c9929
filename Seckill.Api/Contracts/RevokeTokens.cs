namespace Seckill.Api.Contracts;

/// <summary>Which of a user's tokens are no longer good.</summary>
/// <param name="TokenId">The <c>jti</c> of one token; none for all that were issued up to now.</param>
public sealed record RevokeTokens(string? TokenId);
