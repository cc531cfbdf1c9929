namespace Seckill.Core.Orders.Timeline;

/// <summary>A step that an order took.</summary>
/// <param name="Name">One of <see cref="OrderSteps"/>.</param>
/// <param name="At">When, by the clock of whoever took it.</param>
public readonly record struct OrderStep(string Name, DateTimeOffset At);
