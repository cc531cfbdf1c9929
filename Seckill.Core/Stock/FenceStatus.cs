namespace Seckill.Core.Stock;

/// <summary>What <c>fence.lua</c> says. The codes are the script's.</summary>
public enum FenceStatus
{
    /// <summary>No grab passes any more: fenced by this call or by one before.</summary>
    Fenced = 1,

    /// <summary>The bucket lives in that epoch, or a later one, and is open. Nothing was written.</summary>
    Open = 2,

    /// <summary>A recovery that leads to a later epoch has fenced it. Nothing was written.</summary>
    Overtaken = 3,
}
