using System.Text.Encodings.Web;
using System.Text.Json;

namespace Seckill.LoadTests.Reporting;

/// <summary>The report for programs.</summary>
public static class JsonReport
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Render(RunResult result) => JsonSerializer.Serialize(new
    {
        scenario = result.Plan.Name,
        passed = result.Passed,
        verdict = result.Verdict,
        startedAt = result.StartedAt,
        sale = result.Sale.Sale.ToString(),
        users = result.Plan.Users,
        units = result.Plan.Units,
        load = ReportText.Load(result),
        model = ReportText.Model(result),
        isQuiet = result.IsQuiet,
        quietAfterMs = result.QuietAfter.TotalMilliseconds,
        figures = result.Figures.Figures,
        push = new { repeated = result.PushDuplicates, gaps = result.PushGaps, reconnects = result.PushReconnects },
        findings = result.Findings.Select(one => new { one.Invariant, one.Check, result = ReportText.Status(one.Status), one.Detail }),
        thresholds = result.Thresholds.Select(one => new { threshold = one.Threshold.ToString(), one.Value, one.Passed }),
        faults = result.Log.Faults,
        timeline = new
        {
            sliceMs = result.Figures.Timeline.Slice.TotalMilliseconds,
            points = result.Figures.Timeline.Points.Select(point => new { atMs = point.At.TotalMilliseconds, point.Arrivals, point.Answers, point.Accepted, point.Orders }),
        },
        environment = RunEnvironment.Describe(),
    }, Indented);
}
