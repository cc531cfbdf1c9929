namespace Seckill.LoadTests.Reporting;

/// <summary>Writes the three reports of a run side by side.</summary>
public static class ReportWriter
{
    /// <summary>Writes report.html, report.json and report.md.</summary>
    /// <returns>The folder.</returns>
    public static async Task<string> WriteAsync(RunResult result, string resultsFolder)
    {
        string folder = Path.Combine(resultsFolder, $"{result.StartedAt:yyyyMMdd-HHmmss}-{result.Plan.Name}");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "report.html"), HtmlReport.Render(result));
        await File.WriteAllTextAsync(Path.Combine(folder, "report.json"), JsonReport.Render(result));
        await File.WriteAllTextAsync(Path.Combine(folder, "report.md"), MarkdownReport.Render(result));
        return folder;
    }
}
