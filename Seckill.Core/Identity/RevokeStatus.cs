namespace Seckill.Core.Identity;

/// <summary>What <c>revoke.lua</c> says. The codes are the script's.</summary>
public enum RevokeStatus
{
    /// <summary>Noted, and all nodes are told.</summary>
    Revoked = 1,

    /// <summary>It was noted before.</summary>
    Known = 2,

    /// <summary>As many revocations are kept as may be. Nothing was noted.</summary>
    Full = -1,
}
