namespace Seckill.Benchmarks.Reporting;

/// <summary>What a measurement ended with, for the terminal and for files.</summary>
/// <param name="Name">Of the command; becomes part of the folder's name.</param>
/// <param name="Title">What was asked.</param>
/// <param name="Heads">The table's columns.</param>
/// <param name="Rows">Medians, as they are read.</param>
/// <param name="Ratios">Ratio's name -> median of the rounds' ratios.</param>
/// <param name="Settings">What the run was told, in words.</param>
/// <param name="Figures">Everything, for machines: written as JSON.</param>
internal sealed record BenchReport(
    string Name, string Title, IReadOnlyList<string> Heads, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyDictionary<string, double> Ratios, string Settings, object Figures);
