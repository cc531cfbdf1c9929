namespace Seckill.Core.Stock;

/// <summary>What <c>open.lua</c> says. The codes are the script's.</summary>
public enum OpenStatus
{
    /// <summary>The bucket sells again.</summary>
    Opened = 1,

    /// <summary>It did already. Nothing was written.</summary>
    AlreadyOpen = 2,

    /// <summary>The new life is not in place, or another recovery's fence stands. Begin again.</summary>
    NotSwapped = -1,
}
