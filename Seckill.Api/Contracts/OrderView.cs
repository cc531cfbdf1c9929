using Seckill.Core.Ids;
using Seckill.Core.Orders;

namespace Seckill.Api.Contracts;

/// <summary>An order of the caller.</summary>
/// <param name="OrderId">Its id.</param>
/// <param name="Status">reserved, pending-payment, paid, cancelled, failed or refunded.</param>
/// <param name="SaleId">Its sale.</param>
/// <param name="SkuId">What was bought.</param>
/// <param name="Price">Of the unit; null while the sale is not known to this node.</param>
/// <param name="Reason">Why it was cancelled or failed.</param>
/// <param name="PayBy">Until when it can be paid; null unless it awaits payment.</param>
/// <param name="ReservedAt">When the unit was set aside.</param>
/// <param name="UpdatedAt">When the status last changed.</param>
public sealed record OrderView(
    OrderId OrderId, string Status, SaleId SaleId, SkuId SkuId, decimal? Price, string? Reason, DateTimeOffset? PayBy, DateTimeOffset ReservedAt, DateTimeOffset UpdatedAt)
{
    public static OrderView Of(Order order) =>
        new(order.Id, order.Status.ToText(), order.Sale, order.Sku, order.Price, order.Reason,
            order.Status == OrderStatus.PendingPayment ? order.PayBy : null, order.ReservedAt, order.UpdatedAt);
}
