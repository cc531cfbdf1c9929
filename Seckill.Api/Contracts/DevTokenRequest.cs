namespace Seckill.Api.Contracts;

/// <summary>Asks for a token, in Development.</summary>
/// <param name="UserId">Any user.</param>
/// <param name="Role"><c>buyer</c> (default), <c>viewer</c>, <c>operator</c> or <c>admin</c>.</param>
public sealed record DevTokenRequest(string? UserId, string? Role);
