using System.Globalization;
using System.Text;
using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Running;
using static Seckill.LoadTests.Reporting.HtmlParts;

namespace Seckill.LoadTests.Reporting;

/// <summary>The report as one self-contained HTML file.</summary>
public static class HtmlReport
{
    private static readonly double[] Percents = [0, 10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99];

    public static string Render(RunResult result)
    {
        StringBuilder html = new();
        html.Append(Head($"{result.Plan.Name}: {(result.Passed ? "pass" : "fail")}"));
        html.Append(CultureInfo.InvariantCulture, $"<h1>Load run “{Text(result.Plan.Name)}”</h1><p class=\"lead\">{Text(result.Plan.Question)}<br>{Text(ReportText.Load(result))}.</p>");
        html.Append(CultureInfo.InvariantCulture, $"<div class=\"verdict{(result.Passed ? string.Empty : " fail")}\">{Text(result.Verdict)}</div>");
        AppendTiles(html, result);
        Section(html, "Throughput over time", Throughput(result));
        Section(html, "Latency from the intended arrival", Latency(result) + $"<p class=\"legend\">{Text(ReportText.Model(result))}</p>");
        Section(html, "Outcomes", SvgPlot.Bars("Answers by kind", [.. AnswerText.All.Where(one => result.Log.Count(one) > 0)
            .Select(one => (one.ToText(), HtmlStyle.Colour(one), (double)result.Log.Count(one), $"{result.Log.Count(one):N0} ({result.Figures[$"{one.ToText()}.share"]:P1})"))]));
        Section(html, "From press to push", SvgPlot.Bars("Funnel", [.. ReportText.Funnel(result).Select(one => (one.Name, "blue", one.Count, $"{one.Count:N0}"))]));
        Section(html, "Verdict: the audit", Table(["invariant", "check", "result", "figures"], result.Findings.Select(Cells)));
        Section(html, "Thresholds", Table(["threshold", "measured", "result"], result.Thresholds.Select(one => (string[])
            [Text(one.Threshold.ToString()), $"{one.Value:0.###}", one.Passed ? "<span class=\"held\">met</span>" : "<span class=\"broken\">MISSED</span>"])));
        Section(html, "Answers", Table(ReportText.AnswerHeads, ReportText.AnswerRows(result), numbersFrom: 1));
        Section(html, "Figures", Table(["figure", "value"], ReportText.FigureRows(result).Select(one => (string[])[Text(one.Name), Text(one.Value)]), numbersFrom: 1));
        if (result.Log.Faults.Count > 0)
        {
            Section(html, "Refusals and errors by cause", Table(["cause", "count"],
                result.Log.Faults.OrderByDescending(one => one.Value).Select(one => (string[])[Text(one.Key), $"{one.Value:N0}"]), numbersFrom: 1));
        }

        html.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\" style=\"margin-top:28px\">Sale {result.Sale.Sale}, started {result.StartedAt:yyyy-MM-dd HH:mm:ss} UTC; {Text(RunEnvironment.Describe())}.</p>");
        return html.Append("</main></body></html>").ToString();
    }

    private static void AppendTiles(StringBuilder html, RunResult result)
    {
        RunFigures figures = result.Figures;
        html.Append("<div class=\"tiles\">");
        foreach ((string value, string name) in (ReadOnlySpan<(string, string)>)[
            ($"{figures["accepted.count"]:N0}", "accepted"),
            ($"{figures["answered.perSecond"]:N0}/s", "answered"),
            ($"{figures["accepted.perSecond"]:N0}/s", "accepted"),
            ($"{figures["orders.perSecond"]:N0}/s", "orders persisted"),
            ($"{ReportText.Milliseconds(figures["accepted.p99Ms"])} ms", "accepted p99"),
            ($"{ReportText.Milliseconds(figures["sold-out.p99Ms"])} ms", "sold-out p99"),
            ($"{ReportText.Milliseconds(figures["timeToOrder.p99Ms"])} ms", "time to order p99"),
            ($"{ReportText.Milliseconds(figures["timeToPush.p99Ms"])} ms", "time to push p99"),
        ])
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"tile\"><b>{value}</b><span>{name}</span></div>");
        }

        html.Append("</div>");
    }

    private static string Throughput(RunResult result)
    {
        Timeline timeline = result.Figures.Timeline;
        double perSecond = 1 / timeline.Slice.TotalSeconds;
        SvgSeries Line(string name, string colour, Func<TimelinePoint, int> count) =>
            new(name, colour, [.. timeline.Points.Select(point => (point.At.TotalSeconds, count(point) * perSecond))]);
        SvgSeries[] lines =
        [
            Line("arrivals (intended)", "violet", point => point.Arrivals),
            Line("answers", "gray", point => point.Answers),
            Line("accepted", "green", point => point.Accepted),
            Line("orders written", "blue", point => point.Orders),
        ];
        double top = lines.SelectMany(line => line.Points).Max(point => point.Y);
        SvgAxis x = SvgAxis.Linear("seconds after T0", timeline.Points[^1].At.TotalSeconds, at => $"{at:0.##}");
        return SvgPlot.Lines("Throughput over time", x, SvgAxis.Linear("per second", top, at => $"{at:N0}"), lines);
    }

    /// <summary>Percentiles as nines (x: how rare) against time on a log axis, so that the tail takes up as much room as the body.</summary>
    private static string Latency(RunResult result)
    {
        static double Nines(double percent) => -Math.Log10(1 - (percent / 100));
        List<SvgSeries> lines = [];
        foreach (Answer answer in AnswerText.All.Where(one => one != Answer.NotSent && result.Log.Count(one) > 0))
        {
            Add(answer.ToText(), HtmlStyle.Colour(answer), result.Log.Latency(answer));
        }

        Add("time to order", "teal", result.Figures.TimeToOrder);
        Add("time to push", "orange", result.Figures.TimeToPush);
        if (lines.Count == 0)
        {
            return "<p>Nothing was answered.</p>";
        }

        double[] values = [.. lines.SelectMany(line => line.Points).Select(point => point.Y)];
        SvgAxis x = new("percentile", 0, 4, IsLog: false,
            [.. ((ReadOnlySpan<double>)[0, 50, 90, 99, 99.9, 99.99]).ToArray().Select(percent => (Nines(percent), percent == 0 ? "min" : $"p{percent:0.##}"))]);
        SvgAxis y = SvgAxis.Log("milliseconds (log)", values.Min(), values.Max(), at => at >= 1 ? $"{at:N0}" : $"{at:0.###}");
        return SvgPlot.Lines("Latency by percentile", x, y, lines);

        void Add(string name, string colour, LatencyHistogram latencies)
        {
            if (latencies.Count > 0)
            {
                // A percentile that fewer than one value lies beyond is the maximum under another name.
                lines.Add(new SvgSeries(name, colour, [.. Percents.Where(percent => latencies.Count * (100 - percent) >= 100)
                    .Select(percent => (Nines(percent), Math.Max(0.01, latencies.Percentile(percent).TotalMilliseconds)))]));
            }
        }
    }

    private static string[] Cells(Finding finding)
    {
        string style = finding.Status switch { FindingStatus.Held => "held", FindingStatus.Broken => "broken", _ => "unread" };
        return [finding.Invariant, Text(finding.Check), $"<span class=\"{style}\">{ReportText.Status(finding.Status)}</span>", Text(finding.Detail)];
    }
}
