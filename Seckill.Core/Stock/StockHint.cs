using Seckill.Core.Sales;

namespace Seckill.Core.Stock;

/// <summary>What watchers of a sale were last told.</summary>
internal sealed record StockHint(IReadOnlyList<StockHintItem> Items, SaleState State)
{
    /// <summary>Whether the other says the same; the directory has no order, so items are compared as a set.</summary>
    public bool Says(StockHint other) => State == other.State && Items.Count == other.Items.Count && Items.All(other.Items.Contains);
}
