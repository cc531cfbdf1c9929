using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>One grab of a batch.</summary>
/// <param name="User">Who grabs.</param>
/// <param name="Order">The order to be; also the idempotency key.</param>
public readonly record struct StockGrab(UserId User, OrderId Order);
