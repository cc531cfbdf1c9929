using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>Payload of <c>units.returned</c>.</summary>
internal sealed record UnitsReturnedPush(SaleId SaleId, IReadOnlyList<UnitsReturnedItem> Items, DateTimeOffset ServerTime);
