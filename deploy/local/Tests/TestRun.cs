using System.Diagnostics;
using Seckill.Local.Commands;
using Seckill.Local.Processes;
using Spectre.Console;

namespace Seckill.Local.Tests;

/// <summary>Runs one check or one test project to its end; its full output is in <c>TestResults/</c>.</summary>
internal static class TestRun
{
    /// <summary>Above the slowest project by far: a hang must end as a failure, and within a CI job's time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(12);

    /// <summary>What takes minutes a piece has a command of its own: <c>./seckill chaos --full</c>.</summary>
    private static readonly string[] LeftOut = ["-trait-", "run=long"];

    private static readonly string Results = Path.Combine(Repository.Root, "TestResults");

    /// <summary>Every project under <c>tests/</c>, by name.</summary>
    public static IReadOnlyList<string> Projects() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The layout of every source file: counts only when it is not as the formatter would have it. Style and analyzers are the build's, which takes their warnings for errors.</summary>
    public static async Task<TestTally> FormatAsync()
    {
        string log = Fresh("format.log");
        (int? exitCode, TimeSpan took) = await RunAsync("formatting", ["dotnet", "format", "whitespace", ".", "--folder", "--verify-no-changes"], log);
        if (exitCode == 0)
        {
            Say(true, "formatting", took, "clean");
            return default;
        }
        Say(false, "formatting", took, "'dotnet format whitespace . --folder' would change files:");
        Show(LogTail.Read(log));
        return TestTally.OneFailure;
    }

    /// <summary>What the benchmarks allocate, against <c>bench/budgets.json</c>: counts only when one is over its budget.</summary>
    public static async Task<TestTally> BudgetsAsync()
    {
        string log = Fresh("budgets.log");
        // Compiled for good at once: what the first tiers allocate is not what the benchmark does.
        (int? exitCode, TimeSpan took) = await RunAsync("budgets", ["env", "DOTNET_TieredCompilation=0", "dotnet", Repository.Program("Seckill.Benchmarks"), "budgets"], log);
        if (exitCode == 0)
        {
            Say(true, "budgets", took, "kept");
            return default;
        }

        Say(false, "budgets", took, "a benchmark allocates more than bench/budgets.json allows:");
        Show(LogTail.Read(log));
        return TestTally.OneFailure;
    }

    /// <summary>Runs a test project's own runner. A crash, a time-out or a run without a single test counts as a failure.</summary>
    public static async Task<TestTally> ProjectAsync(string project)
    {
        string log = Fresh($"{project}.log");
        string report = Fresh($"{project}.xml");
        (int? exitCode, TimeSpan took) = await RunAsync(
            project, ["dotnet", Repository.Program(project), "-xml", report, "-noColor", "-longRunning", "60", .. LeftOut], log);

        TestTally? read = TestReport.Read(report, out IReadOnlyList<string> failures);
        if (read is not { } tally || tally == default || (exitCode != 0 && tally.Failed == 0))
        {
            string why = exitCode is null ? $"did not end within {Patience.TotalMinutes:0} minutes"
                : read == default(TestTally) ? "has no tests"
                : $"ended with exit code {exitCode}";
            Say(false, project, took, $"{why}. The end of {log}:");
            Show(LogTail.Read(log));
            return (read ?? default) + TestTally.OneFailure;
        }
        Say(tally.Failed == 0, project, took, $"{tally.Passed} passed, {tally.Failed} failed");
        if (failures.Count > 0)
        {
            Show($"{string.Join('\n', failures.Select(name => $"✗ {name}"))}\nThe whole story: {log}");
        }
        return tally;
    }

    /// <summary>Null as exit code: it was ended after <see cref="Patience"/>.</summary>
    private static async Task<(int? ExitCode, TimeSpan Took)> RunAsync(string title, string[] command, string log)
    {
        long started = Stopwatch.GetTimestamp();
        using ChildProcess process = await ChildProcess.StartAsync(command, Repository.Root, log);
        bool ended = false;
        await Terminal.SpinAsync(title, async _ => ended = await process.WaitForExitAsync(Patience));
        if (!ended)
        {
            process.Send(Signals.Kill);
        }
        return (ended ? process.ExitCode : null, Stopwatch.GetElapsedTime(started));
    }

    private static string Fresh(string name)
    {
        Directory.CreateDirectory(Results);
        string file = Path.Combine(Results, name);
        File.Delete(file);
        return file;
    }

    private static void Say(bool good, string what, TimeSpan took, string how) =>
        AnsiConsole.MarkupLine($"  {(good ? "[green]✓[/]" : "[red]✗[/]")} {what,-22} [grey]{took.TotalSeconds,6:0.0} s[/]  {Markup.Escape(how)}");

    /// <summary>Unwrapped: a log's lines are not ours to break.</summary>
    private static void Show(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            Console.WriteLine($"      {line}");
        }
    }
}
