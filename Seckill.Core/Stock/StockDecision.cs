using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>The answer to one grab.</summary>
/// <param name="Answer">What was decided.</param>
/// <param name="Order">The order reserved, or the one that the user holds already; default otherwise.</param>
public readonly record struct StockDecision(StockAnswer Answer, OrderId Order);
