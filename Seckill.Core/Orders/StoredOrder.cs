using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>A row as read back after the insert; Dapper fills it by constructor, column for column.</summary>
internal sealed record StoredOrder(
    long order_id, long sale_id, string sku_id, string user_id, int? slot, decimal price, string status, string? reason, DateTime? pay_by, byte[] intake_id)
{
    /// <summary>Whether the row is this reservation's. A cancelled or failed order has given its slot up, so there the slot says nothing.</summary>
    public bool Matches(ReservationMessage reservation) =>
        sale_id == reservation.SaleId.Value && sku_id == reservation.SkuId.Value && user_id == reservation.UserId.Value
        && (slot is null || slot == reservation.Slot);

    /// <summary>The outcome of a row that stood before.</summary>
    public IntakeOutcome ToOutcome(ReservationMessage reservation) => OrderStatusText.Parse(status) switch
    {
        // Told again with the same message id: the first telling may have been lost with its worker.
        OrderStatus.PendingPayment => new IntakeOutcome(reservation, IntakeVerdict.Created, price, Reason: null, IsNew: false, Utc(pay_by)),
        OrderStatus.Failed => new IntakeOutcome(reservation, IntakeVerdict.Failed, price, reason, IsNew: false),
        _ => new IntakeOutcome(reservation, IntakeVerdict.Settled, price, reason, IsNew: false),
    };

    private static DateTimeOffset? Utc(DateTime? stored) => stored is { } at ? new(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;
}
