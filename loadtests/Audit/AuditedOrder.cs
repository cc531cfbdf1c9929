using Seckill.Core.Ids;

namespace Seckill.LoadTests.Audit;

/// <summary>An order row as MySQL has it.</summary>
public sealed record AuditedOrder(OrderId Id, UserId User, int? Slot, string Status, DateTimeOffset ReservedAt, DateTimeOffset CreatedAt)
{
    /// <summary>Holds a unit: neither cancelled nor failed.</summary>
    public bool IsActive => Status is "pending-payment" or "paid";
}
