using System.Globalization;
using System.Security.Claims;
using Seckill.Core.Identity;
using Seckill.Core.Ids;

namespace Seckill.Hosting.Authentication;

/// <summary>A verified token as claims and back: a connection outlives the request that its token came with, and keeps the claims.</summary>
public static class TokenPrincipal
{
    /// <summary>The token that a caller of ours showed; null when he has none.</summary>
    public static VerifiedToken? TokenOf(ClaimsPrincipal? caller) =>
        caller is not null && UserId.TryParse(caller.FindFirstValue(ClaimTypes.NameIdentifier), out UserId user) && Seconds(caller, "exp") is { } expires
            ? new VerifiedToken(user, caller.FindFirstValue(ClaimTypes.Role) ?? string.Empty, DateTimeOffset.FromUnixTimeSeconds(expires), caller.FindFirstValue("jti"), Seconds(caller, "iat"))
            : null;

    internal static List<Claim> ClaimsOf(VerifiedToken token)
    {
        List<Claim> claims =
        [
            new(ClaimTypes.NameIdentifier, token.User.Value),
            new(ClaimTypes.Role, token.Role),
            new("exp", token.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ];
        if (token.TokenId is { } id)
        {
            claims.Add(new Claim("jti", id));
        }

        if (token.IssuedAt is { } issuedAt)
        {
            claims.Add(new Claim("iat", issuedAt.ToString(CultureInfo.InvariantCulture)));
        }

        return claims;
    }

    private static long? Seconds(ClaimsPrincipal caller, string claim) =>
        long.TryParse(caller.FindFirstValue(claim), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds : null;
}
