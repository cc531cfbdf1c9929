using Microsoft.Extensions.Primitives;
using Seckill.Core.Identity;
using Seckill.Core.Ids;

namespace Seckill.Rivals;

/// <summary>The same check of the bearer token that the Api makes.</summary>
internal static class Bearer
{
    private const string Prefix = "Bearer ";

    public static bool IsValid(HttpContext context, AccessTokens tokens, out UserId user)
    {
        StringValues header = context.Request.Headers.Authorization;
        VerifiedToken? verified = null;
        bool valid = header.Count == 1 && header[0] is { } value && value.StartsWith(Prefix, StringComparison.Ordinal)
            && tokens.Verify(value.AsSpan(Prefix.Length), out verified) is TokenFault.None;
        user = valid ? verified!.User : default;
        return valid;
    }
}
