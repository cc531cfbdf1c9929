using Seckill.Core.Orders;

namespace Seckill.Core.Reconciliation;

/// <summary>One order row, as far as reconciliation needs it.</summary>
internal sealed record SaleRow(long OrderId, string User, int? Slot, OrderStatus Status, DateTimeOffset UpdatedAt)
{
    public bool IsActive => Status.IsActive();
}
