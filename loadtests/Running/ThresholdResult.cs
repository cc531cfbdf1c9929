namespace Seckill.LoadTests.Running;

/// <summary>A threshold held against a run.</summary>
public sealed record ThresholdResult(Threshold Threshold, double Value, bool Passed);
