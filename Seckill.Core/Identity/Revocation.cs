using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Seckill.Core.Ids;

namespace Seckill.Core.Identity;

/// <summary>Tokens of one user that are no longer good: one by its id, or all that were issued up to a second.</summary>
/// <param name="User">Whose.</param>
/// <param name="TokenId">The <c>jti</c> of one token; empty for all.</param>
/// <param name="IssuedUpTo">Unix seconds: all tokens issued in this second or before. 0 with a token id.</param>
/// <param name="ExpiresAt">Unix seconds when the last token that it speaks of has expired, and it can be forgotten.</param>
public sealed record Revocation(UserId User, string TokenId, long IssuedUpTo, long ExpiresAt)
{
    /// <summary>Longest token id that can be revoked, in characters. Ours have 22.</summary>
    public const int MaxTokenIdLength = 128;

    /// <summary>True for a token id that can be revoked: 1 to <see cref="MaxTokenIdLength"/> visible ASCII characters.</summary>
    public static bool IsTokenId([NotNullWhen(true)] string? text) => text is { Length: >= 1 and <= MaxTokenIdLength } && text.All(c => c is > ' ' and <= '~');

    /// <summary>As it stands in Redis.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{User.Value} {TokenId} {IssuedUpTo} {ExpiresAt}");

    /// <summary>Reads what <see cref="ToString"/> wrote; null when it did not.</summary>
    public static Revocation? Parse(string text) =>
        text.Split(' ') is [string user, string tokenId, string upTo, string expires]
        && UserId.TryParse(user, out UserId id)
        && long.TryParse(upTo, NumberStyles.None, CultureInfo.InvariantCulture, out long issuedUpTo)
        && long.TryParse(expires, NumberStyles.None, CultureInfo.InvariantCulture, out long expiresAt)
            ? new Revocation(id, tokenId, issuedUpTo, expiresAt)
            : null;
}
