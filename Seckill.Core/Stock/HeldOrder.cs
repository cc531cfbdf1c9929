using Seckill.Core.Ids;

namespace Seckill.Core.Stock;

/// <summary>One unit that a user holds.</summary>
/// <param name="Slot">Which of the user's units of the SKU: 0 to the limit minus one.</param>
/// <param name="Order">The order it was reserved for.</param>
public readonly record struct HeldOrder(int Slot, OrderId Order);
