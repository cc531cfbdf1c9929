namespace Seckill.LoadTests.Audit;

/// <summary>One check of one invariant.</summary>
/// <param name="Invariant">I1 to I5, or room.</param>
/// <param name="Check">What was held against what, as a sentence that is true when the check holds.</param>
/// <param name="Status">The result.</param>
/// <param name="Detail">The figures, and for a broken one the first offenders by name.</param>
public sealed record Finding(string Invariant, string Check, FindingStatus Status, string Detail);
