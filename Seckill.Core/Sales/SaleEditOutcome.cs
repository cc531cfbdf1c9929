namespace Seckill.Core.Sales;

/// <summary>Whether a sale was edited.</summary>
public enum SaleEditOutcome
{
    /// <summary>It has its new name and window, and its new items if any were given.</summary>
    Edited,

    /// <summary>There is no such sale.</summary>
    UnknownSale,

    /// <summary>It has begun, was opened by hand, or is over: what buyers have been shown is not changed under their hands.</summary>
    Begun,

    /// <summary>Its warm-up has begun, and the items given are not those that it has. Nothing was changed.</summary>
    ItemsFixed,
}
