namespace Seckill.Api.Contracts;

/// <summary>A step of an order's way.</summary>
/// <param name="Step">accepted, decided, taken, produced, received, committed, appended, delivered or acked.</param>
/// <param name="At">When, UTC, to the millisecond, by the clock of whoever took the step.</param>
/// <param name="SinceFirstMs">Milliseconds after the first step; below 0 when the clocks of two machines differ by more than the step took.</param>
public sealed record OrderTraceStep(string Step, DateTime At, double SinceFirstMs);
