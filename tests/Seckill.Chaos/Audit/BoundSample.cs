namespace Seckill.Chaos.Audit;

/// <summary>The highest value that a gauge had during a run, and the bound that it must keep.</summary>
internal sealed record BoundSample(string Gauge, double Highest, double Bound);
