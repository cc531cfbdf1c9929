using Seckill.Core.Ids;

namespace Seckill.Api.Contracts;

/// <summary>A successful grab.</summary>
/// <param name="OrderId">The order that will be written.</param>
/// <param name="Status"><c>reserved</c>.</param>
/// <param name="SaleId">The sale.</param>
/// <param name="SkuId">The item.</param>
/// <param name="ReservedAt">When.</param>
/// <param name="Receipt">Signed proof of the reservation, see docs/receipts.md.</param>
public sealed record GrabView(OrderId OrderId, string Status, SaleId SaleId, SkuId SkuId, DateTimeOffset ReservedAt, string Receipt);
