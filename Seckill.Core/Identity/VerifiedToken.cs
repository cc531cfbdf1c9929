using Seckill.Core.Ids;

namespace Seckill.Core.Identity;

/// <summary>Who a verified token speaks for.</summary>
/// <param name="User">The <c>sub</c> claim.</param>
/// <param name="Role">The <c>role</c> claim, one of <see cref="Roles"/>.</param>
/// <param name="ExpiresAt">When it ends.</param>
public sealed record VerifiedToken(UserId User, string Role, DateTimeOffset ExpiresAt);
