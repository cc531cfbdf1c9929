using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Seckill.LoadTests.Reporting;
using Spectre.Console;
using static Seckill.LoadTests.Reporting.HtmlParts;

namespace Seckill.LoadTests.PushFanout;

/// <summary>A run in the terminal, and as JSON, HTML and Markdown.</summary>
internal static class PushReport
{
    private const string Title = "What a push costs";
    private static readonly string[] VerdictHeads = ["what", "bound", "measured", "verdict"];
    private static readonly string[] FigureHeads = ["figure", "value", "rounds"];
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the JSON where it is asked for, and the others beside it.</summary>
    public static async Task WriteAsync(PushResult result, string jsonFile)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(jsonFile)!);
        await File.WriteAllTextAsync(jsonFile, Json(result));
        await File.WriteAllTextAsync(Path.ChangeExtension(jsonFile, ".html"), Html(result));
        await File.WriteAllTextAsync(Path.ChangeExtension(jsonFile, ".md"), Markdown(result));
    }

    /// <summary>The verdict; the figures are in the files.</summary>
    public static void Show(IAnsiConsole console, PushResult result, string jsonFile)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns(VerdictHeads);
        foreach (PushJudgement one in result.Judgements)
        {
            string[] row = RowOf(one);
            table.AddRow([.. row[..3].Select(Markup.Escape), $"[{(one.Result.Passed ? "green" : "red")}]{row[3]}[/]"]);
        }

        console.Write(table);
        console.WriteLine($"Report: {Path.ChangeExtension(jsonFile, ".html")}, .md, .json");
        console.MarkupLine($"[bold {(result.Passed ? "green" : "red")}]{Markup.Escape(result.Verdict)}[/]");
    }

    /// <summary>The report for programs: every round of every figure.</summary>
    public static string Json(PushResult result) => JsonSerializer.Serialize(new
    {
        scenario = "push-fanout",
        passed = result.Passed,
        verdict = result.Verdict,
        startedAt = result.StartedAt,
        tookSeconds = result.Took.TotalSeconds,
        settings = new { result.Settings.Connections, result.Settings.Rounds, seconds = result.Settings.Length.TotalSeconds, rates = PushSettings.Rates, phases = result.Phases },
        floors = result.Judgements.Select(one => new { what = one.Floor.Text, threshold = one.Floor.Threshold.ToString(), measured = one.Result.Value, verdict = one.Verdict, one.Floor.IsAudit }),
        figures = result.Measurements.Figures,
        rounds = result.Measurements.Rounds,
        environment = RunEnvironment.Describe(),
    }, Indented);

    private static string Html(PushResult result)
    {
        StringBuilder html = new(Head($"{Title}: {(result.Passed ? "pass" : "fail")}"));
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Title}</h1><p class=\"lead\">{Text(Settings(result))}</p><div class=\"verdict{(result.Passed ? string.Empty : " fail")}\">{Text(result.Verdict)}</div>");
        Section(html, "Verdict", HtmlParts.Table(VerdictHeads, result.Judgements.Select(one =>
        {
            string[] row = RowOf(one);
            return (string[])[.. row[..3].Select(Text), $"<span class=\"{(one.Result.Passed ? "held" : "broken")}\">{row[3]}</span>"];
        })));
        foreach (string phase in result.Phases)
        {
            Section(html, phase, HtmlParts.Table(FigureHeads, FigureRows(result, phase).Select(row => (string[])[.. row.Select(Text)]), numbersFrom: 1));
        }

        return html.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\" style=\"margin-top:28px\">{Text(Footer(result))}</p></main></body></html>").ToString();
    }

    private static string Markdown(PushResult result)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {Title}").AppendLine().AppendLine(CultureInfo.InvariantCulture, $"**{result.Verdict}**").AppendLine().AppendLine(Settings(result)).AppendLine();
        MarkdownReport.Table(text, VerdictHeads, result.Judgements.Select(RowOf));
        foreach (string phase in result.Phases)
        {
            MarkdownReport.Table(text, FigureHeads, FigureRows(result, phase));
        }

        return text.AppendLine(Footer(result)).ToString();
    }

    private static string[] RowOf(PushJudgement one) =>
        [$"{one.Floor.Phase}: {one.Floor.Text}", $"{(one.Floor.Threshold.AtMost ? "≤" : "≥")} {Number(one.Floor.Threshold.Bound)}", Number(one.Result.Value), one.Verdict];

    private static IEnumerable<string[]> FigureRows(PushResult result, string phase) => result.Measurements.Figures
        .Where(figure => figure.Key.StartsWith($"{phase}.", StringComparison.Ordinal))
        .Select(figure => (string[])[figure.Key, Number(figure.Value), string.Join("  ", result.Measurements.Rounds[figure.Key].Select(Number))]);

    private static string Settings(PushResult result) =>
        $"Up to {result.Settings.Connections:N0} connections, {result.Settings.Rounds} rounds, {result.Settings.Length.TotalSeconds:0} s a measurement; medians of the rounds, of what is counted the sum. Took {result.Took.TotalMinutes:0.0} minutes.";

    private static string Footer(PushResult result) => $"Started {result.StartedAt:yyyy-MM-dd HH:mm:ss} UTC; {RunEnvironment.Describe()}.";

    private static string Number(double value) => Math.Abs(value) < 100 && value != Math.Floor(value)
        ? value.ToString("0.00", CultureInfo.InvariantCulture)
        : value.ToString("N0", CultureInfo.InvariantCulture);
}
