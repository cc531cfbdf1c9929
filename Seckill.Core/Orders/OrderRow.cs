using Seckill.Core.Ids;

namespace Seckill.Core.Orders;

/// <summary>A row as the driver hands it over; Dapper fills it by constructor, column for column.</summary>
internal sealed record OrderRow(
    long order_id, long sale_id, string sku_id, string user_id, decimal price, string status, string? reason,
    int bucket, DateTime? pay_by, DateTime reserved_at, DateTime created_at, DateTime updated_at)
{
    public const string Columns = "order_id, sale_id, sku_id, user_id, price, status, reason, bucket, pay_by, reserved_at, created_at, updated_at";

    public Order ToOrder() => new(
        new OrderId(order_id), new SaleId(sale_id), new SkuId(sku_id), new UserId(user_id), price, OrderStatusText.Parse(status), reason,
        bucket, pay_by is { } by ? Utc(by) : null, Utc(reserved_at), Utc(created_at), Utc(updated_at));

    // DATETIME carries no zone; everything we store is UTC.
    private static DateTimeOffset Utc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
