using System.CommandLine;
using Seckill.Benchmarks.Reporting;
using Seckill.LoadTests.Reporting;

namespace Seckill.Benchmarks.SoldOut;

/// <summary><c>soldout</c>: how long after the last unit's buyer was answered the other nodes refuse from memory.</summary>
internal static class SoldOutCommand
{
    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "Buckets that sell out, one after the other.", DefaultValueFactory = _ => 200 };
        Option<int> units = new("--units") { Description = "Units in each: a node must read as many buyers before it can refuse.", DefaultValueFactory = _ => 1_000 };
        Option<int> nodes = new("--nodes") { Description = "Nodes besides the one that sells the last unit.", DefaultValueFactory = _ => 2 };
        Option<FileInfo?> output = new("--out") { Description = "Writes all times as JSON." };
        Command command = new("soldout", "From the answer to the last unit's buyer to the other nodes' sold-out flag, by messages alone.") { rounds, units, nodes, output };
        command.SetAction((arguments, stop) => RunAsync(arguments.GetValue(rounds), arguments.GetValue(units), arguments.GetValue(nodes), arguments.GetValue(output), stop));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, int units, int nodes, FileInfo? output, CancellationToken stop)
    {
        List<double> milliseconds = [];
        await using (SoldOutNodes servers = await SoldOutNodes.StartAsync(nodes, stop))
        {
            await servers.MeasureAsync(0, units, stop); // Connections and JIT.
            for (int round = 1; round <= rounds; round++)
            {
                milliseconds.AddRange((await servers.MeasureAsync(round, units, stop)).Select(time => time.TotalMilliseconds));
            }
        }

        double[] sorted = [.. milliseconds.Order()];
        await BenchReportWriter.WriteAsync(
            new BenchReport(
                "soldout", "From the last unit's answer to the other nodes' sold-out flag", ["", "ms"],
                [["median", $"{At(sorted, 0.5):0.00}"], ["p99", $"{At(sorted, 0.99):0.00}"], ["longest", $"{sorted[^1]:0.00}"]], new Dictionary<string, double>(),
                $"{rounds} rounds, {units:N0} units, {nodes} other nodes", new { rounds, units, nodes, milliseconds, environment = RunEnvironment.Describe() }),
            output);
        return 0;
    }

    private static double At(double[] sorted, double share) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
