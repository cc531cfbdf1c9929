namespace Seckill.Core.GrabTokens;

/// <summary>Why a grab token is refused. For metrics and tests: the caller hears less, see <see cref="GrabTokenGate"/>.</summary>
public enum GrabTokenFault
{
    /// <summary>It is good.</summary>
    None = 0,

    /// <summary>Not the form of a token: too long, no dot, no base64url, or a payload that ends early or late.</summary>
    Malformed = 1,

    /// <summary>A version that this build does not know; a challenge counts as one.</summary>
    UnknownVersion = 2,

    /// <summary>Signed with a key that is not in the ring: another stack's, or one that was taken out.</summary>
    UnknownKey = 3,

    /// <summary>The signature is not that of the payload.</summary>
    BadSignature = 4,

    /// <summary>Its time is over.</summary>
    Expired = 5,

    /// <summary>Another user's, sale's or SKU's.</summary>
    Foreign = 6,

    /// <summary>It was used before.</summary>
    Replayed = 7,
}
