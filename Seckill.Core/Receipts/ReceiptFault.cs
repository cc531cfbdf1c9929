namespace Seckill.Core.Receipts;

/// <summary>Why a receipt is not believed.</summary>
public enum ReceiptFault
{
    /// <summary>It is valid.</summary>
    None = 0,

    /// <summary>Not the form of a receipt: too long, no dot, no base64url, or a payload that ends early or late.</summary>
    Malformed = 1,

    /// <summary>A version that this build does not know.</summary>
    UnknownVersion = 2,

    /// <summary>Signed with a key that is not in the ring: another stack's, or one that was taken out.</summary>
    UnknownKey = 3,

    /// <summary>The signature is not that of the payload.</summary>
    BadSignature = 4,
}
