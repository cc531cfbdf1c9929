using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Seckill.LoadTests.Reporting;
using Seckill.Local;
using Spectre.Console;

namespace Seckill.Benchmarks.Reporting;

/// <summary>Shows a report and writes it below <c>bench/results</c>, as Markdown, HTML and JSON side by side.</summary>
internal static class BenchReportWriter
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private const int MinWidth = 140;

    /// <summary>Where reports go.</summary>
    public static string Folder => Path.Combine(Repository.Root, "bench", "results");

    /// <summary>Shows and writes.</summary>
    /// <param name="report">The report.</param>
    /// <param name="output">Also gets the JSON, when not null.</param>
    public static async Task WriteAsync(BenchReport report, FileInfo? output)
    {
        Show(report);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string folder = Path.Combine(Folder, $"{now:yyyyMMdd-HHmmss}-{report.Name}");
        Directory.CreateDirectory(folder);
        string json = JsonSerializer.Serialize(report.Figures, Json);
        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), Markdown(report, now));
        await File.WriteAllTextAsync(Path.Combine(folder, "report.html"), Html(report, now));
        await File.WriteAllTextAsync(Path.Combine(folder, "report.json"), json);
        if (output is not null)
        {
            await File.WriteAllTextAsync(output.FullName, json);
        }

        Console.WriteLine($"reports: {Path.GetRelativePath(Repository.Root, folder)}/report.html, .md, .json");
    }

    private static void Show(BenchReport report)
    {
        Table table = new Table().Border(TableBorder.Minimal).AddColumns([.. report.Heads.Select(head => new TableColumn(Spectre.Console.Markup.Escape(head)).NoWrap())]);
        foreach (IReadOnlyList<string> row in report.Rows)
        {
            table.AddRow([.. row.Select(Spectre.Console.Markup.Escape)]);
        }

        // Into a file or a pipe there is no width to keep to.
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, MinWidth);
        AnsiConsole.Write(table);
        foreach ((string name, double value) in report.Ratios)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-36} {value:0.00}"));
        }
    }

    private static string Markdown(BenchReport report, DateTimeOffset at)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"# {report.Title}").AppendLine();
        Table(text, report.Heads, report.Rows);
        Table(text, ["ratio", "median"], RatioRows(report));
        return text.AppendLine(Footer(report, at)).ToString();

        static void Table(StringBuilder text, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", heads)} |").AppendLine(CultureInfo.InvariantCulture, $"|{string.Concat(heads.Select(_ => "---|"))}");
            foreach (IReadOnlyList<string> row in rows)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |");
            }

            text.AppendLine();
        }
    }

    private static string Html(BenchReport report, DateTimeOffset at)
    {
        StringBuilder html = new();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        html.Append(CultureInfo.InvariantCulture, $"<title>{Text(report.Title)}</title><style>{HtmlStyle.Css}</style></head><body><main><h1>{Text(report.Title)}</h1>");
        Table(html, "Medians", report.Heads, report.Rows);
        Table(html, "Ratios", ["ratio", "median"], RatioRows(report));
        return html.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{Text(Footer(report, at))}</p></main></body></html>").ToString();

        static void Table(StringBuilder html, string title, IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2>{title}</h2><div class=\"card\"><table><tr>{string.Concat(heads.Select((head, i) => $"<th{Right(i)}>{Text(head)}</th>"))}</tr>");
            foreach (IReadOnlyList<string> row in rows)
            {
                html.Append(CultureInfo.InvariantCulture, $"<tr>{string.Concat(row.Select((cell, i) => $"<td{Right(i)}>{Text(cell)}</td>"))}</tr>");
            }

            html.Append("</table></div>");
        }

        static string Right(int column) => column == 0 ? string.Empty : " class=\"n\"";

        static string Text(string text) => WebUtility.HtmlEncode(text);
    }

    private static IEnumerable<IReadOnlyList<string>> RatioRows(BenchReport report) =>
        report.Ratios.Select(ratio => (string[])[ratio.Key, ratio.Value.ToString("0.00", CultureInfo.InvariantCulture)]);

    private static string Footer(BenchReport report, DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{report.Settings}; {at:yyyy-MM-dd HH:mm} UTC; {RunEnvironment.Describe()}.");
}
