namespace Seckill.Core.Identity;

/// <summary>Why a token is refused. Told to the caller in words that help an honest client and teach a forger nothing.</summary>
public enum TokenFault
{
    /// <summary>It is good.</summary>
    None = 0,

    /// <summary>Not a compact JWT with JSON parts, or over <see cref="AccessTokens.MaxLength"/>.</summary>
    Malformed,

    /// <summary>Its <c>alg</c> is not HS256. The list is fixed: <c>none</c> and every other algorithm end here.</summary>
    WrongAlgorithm,

    /// <summary>Its <c>kid</c> names no key of ours.</summary>
    UnknownKey,

    /// <summary>The signature does not match.</summary>
    BadSignature,

    /// <summary>Another issuer made it.</summary>
    WrongIssuer,

    /// <summary>It is for another audience.</summary>
    WrongAudience,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time has not come.</summary>
    NotYetValid,

    /// <summary>It lacks a usable <c>sub</c>, <c>role</c> or <c>exp</c>.</summary>
    MissingClaims,

    /// <summary>It was good until it was revoked, see <see cref="TokenRevocations"/>.</summary>
    Revoked,
}
