namespace Seckill.Core.GrabTokens;

/// <summary>What <c>grab-token-claim.lua</c> says. The codes are the script's.</summary>
internal enum GrabClaimAnswer
{
    /// <summary>The caller may ask the stock with this token.</summary>
    Taken = 1,

    /// <summary>Another attempt has the token, or had it a moment ago and nobody has heard how it ended.</summary>
    UnderWay = 2,

    /// <summary>An attempt with this token was decided.</summary>
    Used = 3,
}
