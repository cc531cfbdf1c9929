using System.Globalization;
using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.Reporting;

/// <summary>Rows and wording that terminal, Markdown and HTML share.</summary>
public static class ReportText
{
    public static IReadOnlyList<string> AnswerHeads { get; } = ["answer", "count", "share", "p50 ms", "p90 ms", "p99 ms", "max ms"];

    /// <summary>One row per kind of answer; kinds that did not happen are left out, except those whose absence is news.</summary>
    public static IEnumerable<string[]> AnswerRows(RunResult result)
    {
        foreach (Answer answer in AnswerText.All)
        {
            long count = result.Log.Count(answer);
            if (count == 0 && answer is Answer.Refused or Answer.Unavailable)
            {
                continue;
            }

            string name = answer.ToText();
            bool timed = count > 0 && answer != Answer.NotSent;
            string Time(string figure) => timed ? Milliseconds(result.Figures[$"{name}.{figure}"]) : "–";
            yield return [name, $"{count:N0}", $"{result.Figures[$"{name}.share"]:P2}", Time("p50Ms"), Time("p90Ms"), Time("p99Ms"), Time("maxMs")];
        }
    }

    /// <summary>Rates and journeys.</summary>
    public static IEnumerable<(string Name, string Value)> FigureRows(RunResult result)
    {
        RunFigures figures = result.Figures;
        yield return ("answered per second", $"{figures["answered.perSecond"]:N0}");
        yield return ("accepted per second", $"{figures["accepted.perSecond"]:N0}");
        yield return ("orders persisted per second", $"{figures["orders.perSecond"]:N0}");
        yield return ("order rows", $"{figures["orders.count"]:N0}");
        yield return ("time to order p50 / p99", Pair(figures, "timeToOrder", figures.TimeToOrder.Count));
        yield return ("time to push p50 / p99", Pair(figures, "timeToPush", figures.TimeToPush.Count));
        yield return ("generator behind schedule p50 / p99", Pair(figures, "lateness", figures.Lateness.Count));
        yield return ("quiet after the last answer", $"{result.QuietAfter.TotalSeconds:F1} s{(result.IsQuiet ? string.Empty : " (deadline passed)")}");
        yield return ("messages in Kafka beyond the first of an order", result.Evidence.Kafka is { } kafka ? $"{kafka.Repeated:N0}" : "–");
        yield return ("pushes: repeated, gaps, reconnects", $"{result.PushDuplicates:N0}, {result.PushGaps:N0}, {result.PushReconnects:N0}");
    }

    /// <summary>Each stage of the road of a grab with its count.</summary>
    public static IEnumerable<(string Name, double Count)> Funnel(RunResult result)
    {
        RunFigures figures = result.Figures;
        double notSent = figures["not-sent.count"];
        yield return ("pressed", figures["arrivals.count"]);
        yield return ("sent", figures["arrivals.count"] - notSent);
        yield return ("answered", result.Evidence.Attempts.Count - notSent - figures["errors.count"]);
        yield return ("accepted", figures["accepted.count"]);
        yield return ("order written", figures["orders.count"]);
        yield return ("of those: listening", WinnersListening(result));
        yield return ("told by push", figures["pushed.count"]);
    }

    public static string Status(FindingStatus status) => status switch
    {
        FindingStatus.Held => "held",
        FindingStatus.Broken => "BROKEN",
        _ => "not checked",
    };

    public static string Milliseconds(double value) => value switch
    {
        < 10 => value.ToString("F2", CultureInfo.InvariantCulture),
        < 100 => value.ToString("F1", CultureInfo.InvariantCulture),
        _ => value.ToString("N0", CultureInfo.InvariantCulture),
    };

    /// <summary>What was asked for, in one sentence.</summary>
    public static string Load(RunResult result) =>
        $"{result.Plan.Users:N0} users, {result.Plan.Units:N0} units; {string.Join(", then ", result.Plan.Simulations.Select(Describe))}; "
        + $"{Math.Min(result.Options.Listeners, result.Plan.Users):N0} on the push hub";

    /// <summary>How the latencies are to be read.</summary>
    public static string Model(RunResult result) => result.Plan.Simulations.Any(one => one is LoadSimulation.KeepConstant)
        ? "Closed model: each copy waits for its answer before it presses again, so these percentiles describe these users, not a crowd."
        : "Open model: arrivals do not wait for answers, and latency counts from the intended arrival, so coordinated omission cannot hide a stall.";

    private static int WinnersListening(RunResult result) => result.Evidence.Attempts
        .Where(one => one.Answer == Answer.Accepted && result.Evidence.Listeners.Contains(one.User)).Select(one => one.Order).Distinct().Count();

    private static string Pair(RunFigures figures, string name, long count) =>
        count == 0 ? "–" : $"{Milliseconds(figures[$"{name}.p50Ms"])} / {Milliseconds(figures[$"{name}.p99Ms"])} ms ({count:N0})";

    private static string Describe(LoadSimulation simulation) => simulation switch
    {
        LoadSimulation.Burst burst => $"burst of {burst.Count:N0} within {burst.Length.TotalSeconds:0.##} s",
        LoadSimulation.Inject inject => $"{inject.Rate:N0} a second for {inject.Length.TotalSeconds:0.##} s",
        LoadSimulation.RampingInject ramp => $"ramp from {ramp.From:N0} to {ramp.To:N0} a second over {ramp.Length.TotalSeconds:0.##} s",
        LoadSimulation.KeepConstant constant => $"{constant.Copies:N0} constant copies for {constant.Length.TotalSeconds:0.##} s",
        _ => simulation.ToString(),
    };
}
