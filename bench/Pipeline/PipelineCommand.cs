using System.CommandLine;
using Seckill.Benchmarks.Reporting;
using Seckill.LoadTests.PushFanout;
using Seckill.LoadTests.Reporting;
using Spectre.Console;

namespace Seckill.Benchmarks.Pipeline;

/// <summary><c>pipeline</c>: orders stored per second against raw inserts, and outbox entries relayed per second; interleaved rounds on private servers.</summary>
internal static class PipelineCommand
{
    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "Rounds; each measures everything once.", DefaultValueFactory = _ => 3 };
        Option<int> orders = new("--orders") { Description = "Orders per measurement, at most 150,000 (what the mock cluster holds).", DefaultValueFactory = _ => 60_000 };
        Option<FileInfo?> output = new("--out") { Description = "Writes the figures as JSON." };
        rounds.Validators.Add(result => InRange(result, result.GetValue(rounds), 1, 100));
        orders.Validators.Add(result => InRange(result, result.GetValue(orders), 1_000, 150_000));
        Command command = new("pipeline", "Outbox → Kafka → MySQL, against raw inserts into the same tables.") { rounds, orders, output };
        command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(rounds), arguments.GetValue(orders), arguments.GetValue(output), stop));
        return command;

        static void InRange(System.CommandLine.Parsing.OptionResult result, int value, int from, int to)
        {
            if (value < from || value > to)
            {
                result.AddError($"{result.Option.Name} must be {from} to {to}.");
            }
        }
    }

    private static async Task<int> RunAsync(int rounds, int orders, FileInfo? output, CancellationToken stop)
    {
        List<PipelineRound> all = [];
        for (int round = 1; round <= rounds; round++)
        {
            // New servers for each round: a table that grows from round to round would make the later ones slower.
            await using PipelineServers servers = await PipelineServers.StartAsync(orders);
            double raw = await RawInserts.MeasureAsync(servers, orders, stop);
            double relayed = await RelayRun.MeasureAsync(servers, orders, stop);
            double single = await MailboxAppends.MeasureAsync(servers.Mailboxes, orders, batch: 1, stop);
            double batched = await MailboxAppends.MeasureAsync(servers.Mailboxes, orders, batch: 64, stop);
            double stored = await IntakeRun.MeasureAsync(servers, orders, stop);
            all.Add(new PipelineRound(raw, relayed, single, batched, stored));
            AnsiConsole.WriteLine($"round {round}: raw {raw:N0} rows/s, relayed {relayed:N0}/s, mailbox appends {single:N0}/s single, {batched:N0}/s in batches, stored {stored:N0} orders/s");
        }

        PipelineRound median = new(
            Median(all.Select(one => one.RawRows)), Median(all.Select(one => one.Relayed)), Median(all.Select(one => one.AppendedSingly)),
            Median(all.Select(one => one.AppendedInBatches)), Median(all.Select(one => one.Stored)));
        Dictionary<string, double> ratios = new()
        {
            ["storedToRaw"] = Median(all.Select(one => one.Stored / one.RawRows)),
            ["relayedToStored"] = Median(all.Select(one => one.Relayed / one.Stored)),
        };
        await BenchReportWriter.WriteAsync(
            new BenchReport(
                "pipeline", "Outbox → Kafka → MySQL", ["median", "per s"],
                [
                    ["raw rows inserted", $"{median.RawRows:N0}"], ["reservations relayed", $"{median.Relayed:N0}"], ["mailbox appends, single", $"{median.AppendedSingly:N0}"],
                    ["mailbox appends, in batches of 64", $"{median.AppendedInBatches:N0}"], ["orders stored", $"{median.Stored:N0}"],
                ],
                ratios, $"{rounds} rounds of {orders:N0} orders", new { orders, rounds = all, median, ratios, environment = RunEnvironment.Describe() }),
            output);
        return 0;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
