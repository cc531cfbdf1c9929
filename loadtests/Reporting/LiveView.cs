using Seckill.LoadTests.Running;
using Seckill.LoadTests.Scenarios;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seckill.LoadTests.Reporting;

/// <summary>Shows a run while it runs: redrawn in place on a terminal, one plain line per phase and second otherwise.</summary>
public sealed class LiveView(IAnsiConsole console, LoadProgress progress, TimeProvider time)
{
    private static readonly TimeSpan RedrawPeriod = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LinePeriod = TimeSpan.FromSeconds(1);

    /// <summary>Shows until the run has ended; its fault is left for whoever awaits it.</summary>
    public async Task ShowAsync(Task run)
    {
        if (console.Profile.Out.IsTerminal)
        {
            await console.Live(Draw()).AutoClear(true).StartAsync(async live =>
            {
                while (!run.IsCompleted)
                {
                    live.UpdateTarget(Draw());
                    await Task.WhenAny(run, Task.Delay(RedrawPeriod, time));
                }
            });
            return;
        }

        string last = string.Empty;
        while (!run.IsCompleted)
        {
            string line = Line();
            if (line != last)
            {
                console.WriteLine(line);
                last = line;
            }

            await Task.WhenAny(run, Task.Delay(LinePeriod, time));
        }
    }

    private string Line()
    {
        string counts = progress.Runner is not { } runner ? string.Empty
            : $" | {runner.Elapsed.TotalSeconds:F0} s, arrivals {runner.Arrivals:N0}, in flight {runner.InFlight:N0}"
                + string.Concat(AnswerText.All.Where(one => runner.Log.Count(one) > 0).Select(one => $", {one.ToText()} {runner.Log.Count(one):N0}"));
        return $"{progress.Phase} {progress.Detail}".TrimEnd() + counts;
    }

    private IRenderable Draw()
    {
        Markup head = new($"[bold]{Markup.Escape(progress.Phase)}[/] [grey]{Markup.Escape(progress.Detail)}[/]");
        if (progress.Runner is not { } runner)
        {
            return head;
        }

        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("answer").AddColumn(new TableColumn("count").RightAligned())
            .AddColumn(new TableColumn("p50 ms").RightAligned()).AddColumn(new TableColumn("p99 ms").RightAligned());
        foreach (Answer answer in AnswerText.All.Where(one => runner.Log.Count(one) > 0))
        {
            LatencyHistogram latency = runner.Log.Latency(answer);
            table.AddRow(answer.ToText(), $"{latency.Count:N0}",
                ReportText.Milliseconds(latency.Percentile(50).TotalMilliseconds), ReportText.Milliseconds(latency.Percentile(99).TotalMilliseconds));
        }

        return new Rows(head, new Text($"{runner.Elapsed.TotalSeconds:F1} s   arrivals {runner.Arrivals:N0}   in flight {runner.InFlight:N0}"), table);
    }
}
