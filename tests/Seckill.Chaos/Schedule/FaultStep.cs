namespace Seckill.Chaos.Schedule;

/// <summary>One fault of a plan.</summary>
/// <param name="At">Since the start of the run; later when the faults before it take their time.</param>
/// <param name="Kind">Which.</param>
/// <param name="Seed">Of its own random choices.</param>
internal sealed record FaultStep(TimeSpan At, FaultKind Kind, int Seed);
