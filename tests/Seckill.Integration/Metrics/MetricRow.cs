using System.Text.RegularExpressions;
using Seckill.Local;

namespace Seckill.Integration.Metrics;

/// <summary>One line of a table in <c>docs/metrics.md</c>.</summary>
/// <param name="Instrument">Its name in OpenTelemetry.</param>
/// <param name="Name">Its name in Prometheus.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Unit">In UCUM, as the instrument has it.</param>
/// <param name="Labels">The labels, each with the values that it can have; none where words say what bounds them.</param>
/// <param name="Processes">api, worker, hub: who exports it.</param>
/// <param name="FromStart">True when it is there from the start, false when its first event brings it.</param>
internal sealed partial record MetricRow(
    string Instrument, string Name, string Type, string Unit, Dictionary<string, string[]> Labels, string[] Processes, bool FromStart)
{
    public static string File { get; } = Path.Combine(Repository.Root, "docs", "metrics.md");

    public static MetricRow[] ReadAll() =>
    [
        .. System.IO.File.ReadLines(File)
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Select(cell => new MetricRow(cell[0].Trim('`'), cell[1].Trim('`'), cell[2], cell[3].Trim('`'), LabelsOf(cell[4]), cell[5].Split(", "), cell[6] == "start")),
    ];

    // `name`: `value` `value`; `name`: what bounds it
    private static Dictionary<string, string[]> LabelsOf(string cell) =>
        cell.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(label => label.StartsWith('`'))
            .ToDictionary(label => Quoted().Match(label).Groups["word"].Value, label => Quoted().Matches(label).Skip(1).Select(word => word.Groups["word"].Value).ToArray());

    [GeneratedRegex("`(?<word>[^`]+)`", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Quoted();
}
