namespace Seckill.Core.Sales;

/// <summary>What <c>publish-sale.lua</c> says. The codes are the script's.</summary>
internal enum PublishStatus
{
    /// <summary>The copy has it now.</summary>
    Written = 1,

    /// <summary>The copy has this version or a newer one.</summary>
    Older = 2,
}
