using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Sales;

/// <summary>An event with a window in which units are sold. Immutable; a change makes a new one with a higher version.</summary>
/// <param name="Id">The sale.</param>
/// <param name="Name">For people, 1 to 200 characters.</param>
/// <param name="Window">When it takes grabs, unless a hand decides otherwise.</param>
/// <param name="Manual">Scheduled: the window rules. Open: opened by hand. Paused: stopped by hand for a while. Closed: closed by hand.</param>
/// <param name="Restricted">True: only listed users may grab.</param>
/// <param name="Version">Raised by every change, from 1.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Items">At least one, in the order to be shown.</param>
public sealed record Sale(
    SaleId Id, string Name, SaleWindow Window, SaleState Manual, bool Restricted, long Version, DateTimeOffset CreatedAt, IReadOnlyList<SaleItem> Items)
{
    /// <summary>How it lets users in.</summary>
    public SaleAdmission Admission { get; init; } = SaleAdmission.Unlimited;

    /// <summary>True from the beginning of its warm-up on: its items are what they are. Copies that an older version wrote do not say so, and are of sales that were warmed up when they were made.</summary>
    public bool ItemsFixed { get; init; } = true;

    /// <summary>Whether it takes grabs at an instant. A hand can open it early, pause it and close it early; nothing keeps it open past its window.</summary>
    public SaleState StateAt(DateTimeOffset now) => (Manual, Window.StateAt(now)) switch
    {
        (SaleState.Closed, _) or (_, SaleState.Closed) => SaleState.Closed,
        (SaleState.Paused, _) => SaleState.Paused,
        (SaleState.Open, _) => SaleState.Open,
        (_, SaleState state) => state,
    };

    /// <summary>As <see cref="StateAt(DateTimeOffset)"/>, where the <see cref="KillSwitch"/> may stand against it.</summary>
    public SaleState StateAt(DateTimeOffset now, bool killed) => StateAt(now) is var state && killed && state is SaleState.Open ? SaleState.Paused : state;

    /// <summary>The item of a SKU; null when the sale has none. A sale has a handful of items: a walk beats a table.</summary>
    public SaleItem? Find(SkuId sku)
    {
        foreach (SaleItem item in Items)
        {
            if (item.Sku == sku)
            {
                return item;
            }
        }

        return null;
    }

    /// <summary>How the units of an item are kept.</summary>
    public StockSegments SegmentsOf(SaleItem item) => new(Id, item.Sku, item.Buckets);

    /// <summary>The first stock bucket of an item, which is the only one unless it is segmented.</summary>
    public StockBucket BucketOf(SaleItem item) => new(Id, item.Sku);

    /// <summary>The stock bucket that a user grabs from.</summary>
    public StockBucket BucketOf(SaleItem item, UserId user) => item.Buckets == 1 ? new(Id, item.Sku) : SegmentsOf(item).BucketOf(user);
}
