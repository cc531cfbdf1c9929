namespace Seckill.LoadTests.Reporting;

/// <summary>What happened in one slice that begins at <paramref name="At"/> after T0.</summary>
public sealed record TimelinePoint(TimeSpan At, int Arrivals, int Answers, int Accepted, int Orders);
