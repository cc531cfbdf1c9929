using Seckill.Core.Sales;

namespace Seckill.Core.Stock;

/// <summary>What watchers of a sale were last told.</summary>
internal sealed record StockHint(IReadOnlyList<StockHintItem> Items, SaleState State)
{
    /// <summary>Whether the other says the same; the directory has no order, so items are compared as a set.</summary>
    public bool Says(StockHint other) => State == other.State && Items.Count == other.Items.Count && Items.All(other.Items.Contains);

    /// <summary>The SKUs with more units left than before.</summary>
    public IReadOnlyList<UnitsReturnedItem> ReturnedSince(StockHint before) =>
        [.. Items.Join(before.Items, now => now.SkuId, then => then.SkuId, (now, then) => new UnitsReturnedItem(now.SkuId, now.Left - then.Left, now.Left)).Where(item => item.Units > 0)];
}
