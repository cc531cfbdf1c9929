using System.Globalization;
using System.Text.Json;
using Seckill.Chaos.Audit;
using Spectre.Console;

namespace Seckill.Chaos.Schedule;

/// <summary>Shows a run's result to people, and writes it for machines.</summary>
internal static class ChaosTable
{
    private const int ViolationsShown = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void Show(ChaosRunResult result)
    {
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumn("fault").AddColumn(new TableColumn("times").RightAligned()).AddColumn(new TableColumn("recovery median s").RightAligned())
            .AddColumn(new TableColumn("max s").RightAligned());
        foreach ((string name, int count, RecoveryTimes recovery) in result.ByFault())
        {
            table.AddRow(Markup.Escape(name), $"{count}", Seconds(recovery.Percentile(50)), Seconds(recovery.Percentile(100)));
        }

        AnsiConsole.Write(table);
        int grabs = result.Log.Answers.Count;
        AnsiConsole.WriteLine($"{result.Struck.Count} faults; {grabs} answers, {result.Log.Won} won, {result.Log.GaveUp} gave up; {result.Audit.Orders.Count()} orders; quiet after {result.Audit.UntilQuiet.TotalSeconds:0.0} s");
        AnsiConsole.WriteLine($"violations: {string.Join(", ", Enum.GetValues<Invariant>().Select(one => $"I{(int)one} {result.Audit.Count(one)}"))}; seed {result.Plan.Seed} replays this schedule");
        foreach (Violation violation in result.Audit.Violations.Take(ViolationsShown))
        {
            AnsiConsole.WriteLine($"✗ {violation}");
        }
    }

    public static async Task WriteAsync(ChaosRunResult result, FileInfo file)
    {
        AuditEvidence evidence = result.Audit.Evidence;
        object content = new
        {
            seed = result.Plan.Seed,
            minutes = result.Plan.Length.TotalMinutes,
            faults = result.ByFault().Select(fault => new
            {
                name = fault.Name,
                count = fault.Count,
                recoveryMs = new { median = Milliseconds(fault.Recovery, 50), max = Milliseconds(fault.Recovery, 100), measured = fault.Recovery.Count },
            }),
            grabs = new { answers = result.Log.Answers.Count, won = result.Log.Won, soldOut = result.Log.Answers.Count(answer => answer.SoldOut), unknown = result.Log.Answers.Count(answer => answer.Status is null), gaveUp = result.Log.GaveUp },
            violations = Enum.GetValues<Invariant>().ToDictionary(one => $"I{(int)one}", result.Audit.Count),
            evidence = result.Audit.Violations.Select(violation => violation.ToString()),
            audited = new
            {
                sales = evidence.Sales.Count,
                orders = result.Audit.Orders.Count(),
                mailboxes = evidence.Mailboxes.Count,
                listeners = evidence.Received.Count,
                pushes = evidence.Received.Values.Sum(received => received.Count),
                deadLetters = evidence.DeadLetters.Count,
                bounds = evidence.Bounds.ToDictionary(bound => bound.Gauge, bound => new { highest = bound.Highest, bound = bound.Bound }),
            },
        };
        file.Directory?.Create();
        await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(content, Json));
    }

    private static string Seconds(double value) => double.IsNaN(value) ? "-" : value.ToString("0.00", CultureInfo.InvariantCulture);

    private static double? Milliseconds(RecoveryTimes recovery, double percent) => recovery.Percentile(percent) is var seconds && double.IsNaN(seconds) ? null : seconds * 1_000;
}
