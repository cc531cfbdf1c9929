using Seckill.Core.Ids;

namespace Seckill.Core.Grab;

/// <summary>A winner whom this node has told 202.</summary>
/// <param name="User">Who.</param>
/// <param name="Order">The order promised.</param>
/// <param name="Epoch">The bucket's life in which it was reserved.</param>
/// <param name="Version">The bucket's version after the batch.</param>
/// <param name="At">When the node learnt of it.</param>
internal readonly record struct WitnessedWinner(UserId User, OrderId Order, long Epoch, long Version, DateTimeOffset At);
