namespace Seckill.Core.Payments;

/// <summary>What is wrong with a callback's signature.</summary>
public enum CallbackFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>No header, or not one of ours.</summary>
    Malformed = 1,

    /// <summary>Signed with a key that we do not have.</summary>
    UnknownKey = 2,

    /// <summary>The signature does not fit the body and the time.</summary>
    BadSignature = 3,

    /// <summary>Rightly signed, but too long ago or in the future.</summary>
    Expired = 4,
}
