using System.Globalization;
using Seckill.Core.Reconciliation;
using Spectre.Console;

namespace Seckill.Ops.Reconciliation;

/// <summary>Reports for people: the counts of each bucket, then the differences by name.</summary>
internal static class ReconcileTable
{
    private const int MaxRows = 50;

    public static void Write(IReadOnlyList<ReconciliationReport> reports)
    {
        Table counts = new() { Border = TableBorder.Rounded };
        counts.AddColumn("bucket");
        foreach (string column in (string[])["units", "left", "held", "active orders", "guard", "outbox"])
        {
            counts.AddColumn(new TableColumn(column).RightAligned());
        }

        counts.AddColumn("verdict");
        foreach (ReconciliationReport report in reports)
        {
            foreach (BucketLedger bucket in report.Buckets)
            {
                int found = report.Findings.Count(finding => finding.Bucket == bucket.Bucket);
                counts.AddRow(
                    new Text(bucket.Bucket), Number(bucket.Units), Number(bucket.Left), Number(bucket.Held), Number(bucket.Active), Number(bucket.Sold), Number(bucket.Outbox),
                    bucket.Pending is { } pending ? new Text($"not compared: {pending}", Color.Yellow) : found == 0 ? new Text("agrees", Color.Green) : new Text($"{found} differences", Color.Red));
            }
        }

        AnsiConsole.Write(counts);
        Finding[] findings = [.. reports.SelectMany(report => report.Findings)];
        if (findings.Length == 0)
        {
            return;
        }

        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumn("difference").AddColumn("bucket").AddColumn("order").AddColumn("user").AddColumn("detail").AddColumn("repair");
        foreach (Finding finding in findings.Take(MaxRows))
        {
            table.AddRow(
                new Text(finding.Difference.ToString()), new Text(finding.Bucket), new Text(finding.OrderId ?? string.Empty), new Text(finding.UserId ?? string.Empty), new Text(finding.Detail),
                new Text(finding.Repaired ? $"{finding.Repair} done" : finding.Repair is Repair.None ? "a person must look" : $"{finding.Repair} (--repair)"));
        }

        AnsiConsole.Write(table);
        if (findings.Length > MaxRows)
        {
            AnsiConsole.WriteLine($"{findings.Length - MaxRows} more; --json lists them.");
        }
    }

    private static Text Number(long value) => new(value < 0 ? "–" : value.ToString("N0", CultureInfo.InvariantCulture));
}
