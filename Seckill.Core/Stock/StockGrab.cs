using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>One grab of a batch.</summary>
/// <param name="User">Who grabs.</param>
/// <param name="Order">The order to be; also the idempotency key.</param>
public readonly record struct StockGrab(UserId User, OrderId Order)
{
    /// <summary>W3C trace context of a grab that is traced; null for nearly all. A winner's is kept with its outbox entry.</summary>
    public string? TraceParent { get; init; }
}
