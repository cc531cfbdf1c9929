using Seckill.Core.Ids;

namespace Seckill.LoadTests.Crowd;

/// <summary>A pushed message as a client first saw it.</summary>
/// <param name="User">Index of the user.</param>
/// <param name="Type">Message type.</param>
/// <param name="Order">The order that its payload names.</param>
/// <param name="At">When it arrived.</param>
public readonly record struct PushReceipt(int User, string Type, OrderId? Order, DateTimeOffset At);
