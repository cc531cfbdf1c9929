namespace Seckill.Core.Stock;

/// <summary>Redis gave no answer about a bucket.</summary>
public sealed class StockUnavailableException(string message, bool outcomeUnknown, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True when the script may have run: ask again with the same order ids. False when it surely did not.</summary>
    public bool OutcomeUnknown { get; } = outcomeUnknown;
}
