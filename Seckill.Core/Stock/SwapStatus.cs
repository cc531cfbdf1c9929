namespace Seckill.Core.Stock;

/// <summary>What <c>swap.lua</c> says. The codes are the script's.</summary>
public enum SwapStatus
{
    /// <summary>The rebuilt bucket stands in the place of the old one, behind its fence.</summary>
    Swapped = 1,

    /// <summary>It stood there already. Nothing was written.</summary>
    AlreadySwapped = 2,

    /// <summary>This recovery's fence does not stand: Redis was lost again, or another recovery leads further. Begin again.</summary>
    NotFenced = -1,

    /// <summary>What was loaded is not what was read: load again. Nothing was written.</summary>
    Incomplete = -2,
}
