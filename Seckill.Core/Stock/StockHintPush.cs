using Seckill.Core.Ids;
using Seckill.Core.Sales;

namespace Seckill.Core.Stock;

/// <summary>Payload of <c>sale.stock</c>.</summary>
internal sealed record StockHintPush(SaleId SaleId, IReadOnlyList<StockHintItem> Items, SaleState State, DateTimeOffset ServerTime);
