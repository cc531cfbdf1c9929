namespace Seckill.Core.Stock;

/// <summary>How a batch is put to <c>grab.lua</c>; the values are the script's.</summary>
public enum StockAsk
{
    /// <summary>A first question: the order ids are fresh.</summary>
    First = 0,

    /// <summary>Asked before, and the outcome is unknown: an order that was reserved then and has been released since is not reserved again.</summary>
    Again = 1,

    /// <summary>The orders were promised before, in a life that Redis may have forgotten: also one that was released is reserved again.</summary>
    Claim = 2,
}
