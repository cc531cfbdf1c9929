namespace Seckill.Core.Sales;

/// <summary>What became of a warm-up.</summary>
public enum WarmUpOutcome
{
    /// <summary>Every bucket of the sale stands in Redis.</summary>
    Warm,

    /// <summary>There is no such sale.</summary>
    UnknownSale,

    /// <summary>Redis has lost a bucket that had been created before: stock must be rebuilt from the orders, not invented. Nothing was written for it.</summary>
    NeedsRecovery,
}
