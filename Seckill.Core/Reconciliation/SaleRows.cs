namespace Seckill.Core.Reconciliation;

/// <summary>One item of a sale as MySQL has it at one moment.</summary>
/// <param name="Units">Units offered.</param>
/// <param name="Sold">What the guard counts.</param>
/// <param name="Epoch">The epoch that Redis must have.</param>
/// <param name="Warmed">The bucket must be in Redis.</param>
/// <param name="Orders">All orders, by id.</param>
internal sealed record SaleRows(int Units, int Sold, long Epoch, bool Warmed, IReadOnlyDictionary<long, SaleRow> Orders)
{
    public int Active => Orders.Values.Count(order => order.IsActive);
}
