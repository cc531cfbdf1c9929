using Seckill.Core.Ids;
using Seckill.Core.Sales;

namespace Seckill.Api.Contracts;

/// <summary>A sale as a visitor sees it.</summary>
/// <param name="SaleId">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="StartsAt">When its window begins.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="State">Whether it takes grabs now.</param>
/// <param name="Restricted">True: only listed users may grab.</param>
/// <param name="ServerTime">The server's clock, to count down by.</param>
/// <param name="Items">What is sold.</param>
/// <param name="Admission">How it lets users in.</param>
/// <param name="ItemsFixed">True from the beginning of its warm-up on: its items can no longer be edited.</param>
public sealed record SaleView(
    SaleId SaleId, string Name, DateTimeOffset StartsAt, DateTimeOffset EndsAt, SaleState State, bool Restricted, DateTimeOffset ServerTime, IReadOnlyList<SaleItemView> Items,
    SaleAdmissionView Admission, bool ItemsFixed)
{
    /// <summary>A sale as it stands.</summary>
    /// <param name="sale">The sale.</param>
    /// <param name="now">The server's clock.</param>
    /// <param name="killed">Whether the kill-switch stands against it.</param>
    /// <param name="left">Units left of an item.</param>
    public static SaleView Of(Sale sale, DateTimeOffset now, bool killed, Func<SaleItem, long?> left) => new(
        sale.Id, sale.Name, sale.Window.StartsAt, sale.Window.EndsAt, sale.StateAt(now, killed), sale.Restricted, now,
        [.. sale.Items.Select(item => new SaleItemView(item.Sku, item.Name, item.Price, item.Stock, item.PerUserLimit, left(item), item.Buckets))],
        SaleAdmissionView.Of(sale.Admission), sale.ItemsFixed);
}
