using Seckill.LoadTests.Audit;
using Spectre.Console;

namespace Seckill.LoadTests.Reporting;

/// <summary>The end of a run in the terminal.</summary>
public static class ConsoleSummary
{
    public static void Write(IAnsiConsole console, RunResult result, string folder)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{result.Plan.Name}[/]: {ReportText.Load(result)}");
        console.Write(Grid(ReportText.AnswerHeads, ReportText.AnswerRows(result)));
        console.Write(Grid(["figure", "value"], ReportText.FigureRows(result).Select(one => (string[])[one.Name, one.Value])));
        foreach ((string cause, int count) in result.Log.Faults.OrderByDescending(one => one.Value))
        {
            console.MarkupLineInterpolated($"  {count:N0} x {cause}");
        }

        console.WriteLine();
        console.MarkupLine("[bold]VERDICT[/]");
        foreach (Finding finding in result.Findings)
        {
            string colour = finding.Status switch { FindingStatus.Held => "green", FindingStatus.Broken => "red", _ => "yellow" };
            console.MarkupLine($"  [{colour}]{ReportText.Status(finding.Status),-11}[/] {finding.Invariant} {Markup.Escape(finding.Check)} [grey]({Markup.Escape(finding.Detail)})[/]");
        }

        foreach (Running.ThresholdResult threshold in result.Thresholds)
        {
            console.MarkupLine($"  [{(threshold.Passed ? "green" : "red")}]{(threshold.Passed ? "met" : "MISSED"),-11}[/] {Markup.Escape(threshold.Threshold.ToString())} [grey]({threshold.Value:0.###})[/]");
        }

        console.WriteLine();
        console.MarkupLine($"Report: {Markup.Escape(Path.Combine(folder, "report.html"))}");
        console.MarkupLine($"[bold {(result.Passed ? "green" : "red")}]{Markup.Escape(result.Verdict)}[/]");
    }

    private static Table Grid(IReadOnlyList<string> heads, IEnumerable<string[]> rows)
    {
        Table table = new Table().Border(TableBorder.Rounded);
        for (int index = 0; index < heads.Count; index++)
        {
            TableColumn column = new(Markup.Escape(heads[index]));
            table.AddColumn(index == 0 ? column : column.RightAligned());
        }

        foreach (string[] row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        return table;
    }
}
