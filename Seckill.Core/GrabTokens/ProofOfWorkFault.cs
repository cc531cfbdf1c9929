namespace Seckill.Core.GrabTokens;

/// <summary>Why a proof of work is refused. For metrics and tests; the caller hears one name.</summary>
public enum ProofOfWorkFault
{
    /// <summary>The work was done.</summary>
    None = 0,

    /// <summary>The challenge is not ours: malformed, of another version, or signed by nobody we know.</summary>
    Forged = 1,

    /// <summary>The challenge's time is over.</summary>
    Expired = 2,

    /// <summary>Another user's, sale's or SKU's challenge.</summary>
    Foreign = 3,

    /// <summary>The nonce does not solve it.</summary>
    NotSolved = 4,
}
