using Seckill.Core.Ids;

namespace Seckill.Core.Identity;

/// <summary>Who a verified token speaks for.</summary>
/// <param name="User">The <c>sub</c> claim.</param>
/// <param name="Role">The <c>role</c> claim, one of <see cref="Roles"/>.</param>
/// <param name="ExpiresAt">When it ends.</param>
/// <param name="TokenId">The <c>jti</c> claim; null when it has none.</param>
/// <param name="IssuedAt">The <c>iat</c> claim, Unix seconds; null when it has none.</param>
public sealed record VerifiedToken(UserId User, string Role, DateTimeOffset ExpiresAt, string? TokenId = null, long? IssuedAt = null);
