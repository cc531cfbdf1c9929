namespace Seckill.Core.Signing;

/// <summary>Why a signed text is not believed.</summary>
internal enum SignedTextFault
{
    /// <summary>Its signature is that of a key in the ring.</summary>
    None,

    /// <summary>Too long, no dot, or no base64url.</summary>
    Malformed,

    /// <summary>Another version, or another kind of text.</summary>
    UnknownVersion,

    /// <summary>Signed with a key that is not in the ring.</summary>
    UnknownKey,

    /// <summary>The signature is not that of the payload.</summary>
    BadSignature,
}
