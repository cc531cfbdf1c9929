namespace Seckill.Chaos.Audit;

/// <summary>One order as MySQL holds it.</summary>
internal sealed record OrderRow(long OrderId, long SaleId, string Sku, string User, int? Slot, string Status, DateTime ReservedAt, DateTime CreatedAt)
{
    /// <summary>It holds a unit.</summary>
    public bool IsActive => Status is "pending-payment" or "paid";
}
