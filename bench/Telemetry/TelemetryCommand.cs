using System.CommandLine;
using Seckill.Benchmarks.Ceiling;
using Seckill.Benchmarks.Reporting;
using Seckill.LoadTests.Reporting;

namespace Seckill.Benchmarks.Telemetry;

/// <summary><c>telemetry</c>: what traces and metrics cost of the grab throughput; fails above <see cref="TelemetrySettings.MaxCost"/>.</summary>
/// <remarks>
/// Each round runs off, on, on, off: what drifts during a round meets both alike, and the two runs without telemetry, which are farthest apart, tell how much the machine itself wavered. The cost is taken within a round, and of
/// the rounds the median.
/// </remarks>
internal static class TelemetryCommand
{
    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "Rounds that count; noisy ones are repeated.", DefaultValueFactory = _ => 9 };
        Option<int> seconds = new("--seconds") { Description = "Length of one run.", DefaultValueFactory = _ => 3 };
        Option<int> connections = new("--connections") { Description = "Connections of the generator.", DefaultValueFactory = _ => 256 };
        Option<int> tokens = new("--tokens") { Description = "Users per run; must exceed its requests.", DefaultValueFactory = _ => 600_000 };
        Option<FileInfo?> output = new("--out") { Description = "Writes the figures as JSON." };
        CeilingCommand.InRange(rounds, 1, 100);
        CeilingCommand.InRange(seconds, 1, 60);
        CeilingCommand.InRange(connections, 2, 1_000);
        CeilingCommand.InRange(tokens, 1_000, 2_000_000);
        Command command = new("telemetry", "Grabs with telemetry against grabs without, interleaved.") { rounds, seconds, connections, tokens, output };
        command.SetAction((arguments, stop) => RunAsync(
            new TelemetrySettings(arguments.GetValue(rounds), TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(connections), arguments.GetValue(tokens)), arguments.GetValue(output), stop));
        return command;
    }

    private static async Task<int> RunAsync(TelemetrySettings settings, FileInfo? output, CancellationToken stop)
    {
        Console.WriteLine("starting the stack, two Apis and a receiver");
        await using TelemetryServers servers = await TelemetryServers.StartAsync(2 * settings.TokensPerRun, stop);
        List<Round> rounds = [];
        int noisy = 0;
        await RoundAsync(servers, settings with { Duration = TimeSpan.FromSeconds(2) }, stop); // Warms up; counts for nothing.
        while (rounds.Count < settings.Rounds)
        {
            Round round = await RoundAsync(servers, settings, stop);
            bool counts = round.Noise <= TelemetrySettings.MaxNoise;
            Console.WriteLine($"round {rounds.Count + 1}{(counts ? "" : " (noise, repeated)")}: off {round.Off.Rps:N0}/s, on {round.On.Rps:N0}/s, cost {round.Cost:P1}; runs without {round.Noise:P0} apart; {round.On.Spans} spans");
            if (counts)
            {
                rounds.Add(round);
            }
            else if (++noisy > settings.MaxNoisyRounds)
            {
                await Console.Error.WriteLineAsync($"Too noisy: in {noisy} rounds the two runs without telemetry were more than {TelemetrySettings.MaxNoise:P0} apart.");
                return 1;
            }
        }

        double cost = CeilingRun.Median(rounds.Select(round => round.Cost));
        await BenchReportWriter.WriteAsync(ReportOf(settings, rounds, noisy, cost), output);
        if (rounds.TrueForAll(round => round.On.Spans == 0))
        {
            await Console.Error.WriteLineAsync("No span came: this measured nothing.");
            return 1;
        }

        Console.WriteLine($"telemetry costs {cost:P1} of the grabs per second; allowed are {TelemetrySettings.MaxCost:P0}");
        return cost <= TelemetrySettings.MaxCost ? 0 : 1;
    }

    private static async Task<Round> RoundAsync(TelemetryServers servers, TelemetrySettings settings, CancellationToken stop)
    {
        List<TelemetryRun> off = [], on = [];
        foreach ((bool withTelemetry, int i) in ((bool[])[false, true, true, false]).Select((one, i) => (one, i)))
        {
            // Two shares of the users, in turns: a run and the next one never meet the same user in a table that still counts him.
            (withTelemetry ? on : off).Add(await TelemetryRun.MeasureAsync(servers, withTelemetry ? servers.On : servers.Off, settings, i % 2 * settings.TokensPerRun, stop));
        }

        return new Round(Mean(off), Mean(on), Math.Abs(off[0].Rps - off[1].Rps) / Math.Max(off[0].Rps, off[1].Rps));
    }

    private static TelemetryRun Mean(List<TelemetryRun> runs) => new(runs.Average(run => run.Rps), runs.Average(run => run.P99Ms), runs.Average(run => run.CpuUs), runs.Sum(run => run.Spans));

    private static BenchReport ReportOf(TelemetrySettings settings, List<Round> rounds, int noisy, double cost) => new(
        "telemetry", "What telemetry costs a grab", ["median", "per s", "p99 ms", "Api CPU µs"],
        [RowOf("off", rounds.ConvertAll(round => round.Off)), RowOf("on", rounds.ConvertAll(round => round.On))],
        new Dictionary<string, double> { ["costOfThroughput"] = cost, ["costOfCpu"] = CeilingRun.Median(rounds.Select(round => (round.On.CpuUs / round.Off.CpuUs) - 1)) },
        $"{settings.Rounds} rounds of 4 runs of {settings.Duration.TotalSeconds:0} s, {settings.Connections} connections, {noisy} noisy rounds repeated",
        new { settings.Connections, secondsPerRun = settings.Duration.TotalSeconds, noisyRounds = noisy, cost, rounds, environment = RunEnvironment.Describe() });

    private static string[] RowOf(string name, List<TelemetryRun> runs) =>
        [name, $"{CeilingRun.Median(runs.Select(run => run.Rps)):N0}", $"{CeilingRun.Median(runs.Select(run => run.P99Ms)):0.00}", $"{CeilingRun.Median(runs.Select(run => run.CpuUs)):0.0}"];

    /// <summary>One round, the two runs of each as their mean.</summary>
    /// <param name="Off">Without telemetry.</param>
    /// <param name="On">With it.</param>
    /// <param name="Noise">How far the two runs without were apart.</param>
    private sealed record Round(TelemetryRun Off, TelemetryRun On, double Noise)
    {
        public double Cost => 1 - (On.Rps / Off.Rps);
    }
}
