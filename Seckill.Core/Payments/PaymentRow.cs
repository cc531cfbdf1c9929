using Seckill.Core.Ids;

namespace Seckill.Core.Payments;

/// <summary>A row as the driver hands it over; Dapper fills it by constructor, column for column.</summary>
internal sealed record PaymentRow(
    long payment_id, long order_id, string user_id, decimal amount, string state, string? reason, string? gateway_ref, string? sandbox, int attempts,
    DateTime created_at, DateTime updated_at)
{
    public const string Columns = "payment_id, order_id, user_id, amount, state, reason, gateway_ref, sandbox, attempts, created_at, updated_at";

    public Payment ToPayment() => new(
        new PaymentId(payment_id), new OrderId(order_id), new UserId(user_id), amount, PaymentStateText.Parse(state), reason, gateway_ref, sandbox, attempts,
        Utc(created_at), Utc(updated_at));

    // DATETIME carries no zone; everything we store is UTC.
    private static DateTimeOffset Utc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
