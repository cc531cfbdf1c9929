using Seckill.Core.Ids;

namespace Seckill.Core.Outbox;

/// <summary>One reservation in a packed outbox entry.</summary>
/// <param name="Order">The order to be.</param>
/// <param name="Slot">Which of the user's units of this SKU it is: 0 to the limit minus one.</param>
/// <param name="User">The winner.</param>
public readonly record struct OutboxWinner(OrderId Order, int Slot, UserId User)
{
    /// <summary>W3C trace context of the call that reserved it; null when nobody traced, as for nearly all.</summary>
    public string? TraceParent { get; init; }
}
