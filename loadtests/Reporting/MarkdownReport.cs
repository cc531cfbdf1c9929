using System.Globalization;
using System.Text;

namespace Seckill.LoadTests.Reporting;

/// <summary>The report as Markdown, to paste into an issue.</summary>
public static class MarkdownReport
{
    public static string Render(RunResult result)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Load run `{result.Plan.Name}`").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"**{result.Verdict}**").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{result.Plan.Question} {ReportText.Load(result)}. {ReportText.Model(result)}").AppendLine();
        Table(text, ReportText.AnswerHeads, ReportText.AnswerRows(result));
        Table(text, ["figure", "value"], ReportText.FigureRows(result).Select(one => (string[])[one.Name, one.Value]));
        Table(text, ["invariant", "check", "result", "figures"], result.Findings.Select(one => (string[])[one.Invariant, one.Check, ReportText.Status(one.Status), one.Detail]));
        Table(text, ["threshold", "measured", "result"], result.Thresholds.Select(one => (string[])[one.Threshold.ToString(), $"{one.Value:0.###}", one.Passed ? "met" : "MISSED"]));
        text.AppendLine(CultureInfo.InvariantCulture, $"Sale {result.Sale.Sale}, started {result.StartedAt:yyyy-MM-dd HH:mm:ss} UTC; {RunEnvironment.Describe()}.");
        return text.ToString();
    }

    /// <summary>A table.</summary>
    internal static void Table(StringBuilder text, IReadOnlyList<string> heads, IEnumerable<string[]> rows)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", heads)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|{string.Concat(heads.Select(_ => "---|"))}");
        foreach (string[] row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |");
        }

        text.AppendLine();
    }
}
