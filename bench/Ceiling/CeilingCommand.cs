using System.CommandLine;
using Seckill.Benchmarks.Reporting;
using Seckill.Local.Servers;
using Spectre.Console;

namespace Seckill.Benchmarks.Ceiling;

/// <summary><c>ceiling</c>: what a grab costs above a bare request, interleaved, with <c>wrk</c> and every server on the same machine.</summary>
internal static class CeilingCommand
{
    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "Rounds that count; noisy ones are repeated.", DefaultValueFactory = _ => 5 };
        Option<int> seconds = new("--seconds") { Description = "Length of one run.", DefaultValueFactory = _ => 3 };
        Option<int> connections = new("--connections") { Description = "Connections of the generator.", DefaultValueFactory = _ => 256 };
        Option<int> tokens = new("--tokens") { Description = "Users per run; must exceed its requests.", DefaultValueFactory = _ => 150_000 };
        Option<string> fsync = new("--fsync") { Description = "Redis: off, everysec or always.", DefaultValueFactory = _ => "off" };
        Option<FileInfo?> output = new("--out") { Description = "Writes the figures as JSON." };
        InRange(rounds, 1, 100);
        InRange(seconds, 1, 60);
        InRange(connections, 2, 1_000);
        InRange(tokens, 1_000, 2_000_000);
        fsync.AcceptOnlyFromAmong("off", "everysec", "always");
        Command command = new("ceiling", "A grab in stock and after sold-out, against a bare request and two other designs.") { rounds, seconds, connections, tokens, fsync, output };
        command.SetAction((arguments, stop) => RunAsync(
            new CeilingSettings(
                arguments.GetValue(rounds), TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(connections), arguments.GetValue(tokens), PersistenceOf(arguments.GetValue(fsync)!)),
            arguments.GetValue(output),
            stop));
        return command;
    }

    private static async Task<int> RunAsync(CeilingSettings settings, FileInfo? output, CancellationToken stop)
    {
        AnsiConsole.WriteLine("starting the stack and the rivals");
        // Two shares: a run and the next one of the same contestant never meet the same user in a table that still counts him.
        await using CeilingServers servers = await CeilingServers.StartAsync(settings, 2 * settings.TokensPerRun, stop);
        List<IReadOnlyDictionary<string, CeilingRun>> rounds = [];
        int noisy = 0;
        await RoundAsync(servers, settings with { Duration = TimeSpan.FromSeconds(2) }, first: 0, stop); // warms up; counts for nothing
        for (int i = 1; rounds.Count < settings.Rounds; i++)
        {
            (Dictionary<string, CeilingRun> runs, double noise) = await RoundAsync(servers, settings, i % 2 * settings.TokensPerRun, stop);
            bool counts = noise <= CeilingSettings.MaxNoise;
            Console.WriteLine($"round {rounds.Count + 1}{(counts ? "" : " (noise, repeated)")}: bare runs {noise:P0} apart; {string.Join(", ", runs.Select(run => $"{run.Key} {run.Value.Rps:N0}/s"))}");
            if (counts)
            {
                rounds.Add(runs);
            }
            else if (++noisy > settings.MaxNoisyRounds)
            {
                await Console.Error.WriteLineAsync($"Too noisy: in {noisy} rounds the two bare runs were more than {CeilingSettings.MaxNoise:P0} apart.");
                return 1;
            }
        }

        await BenchReportWriter.WriteAsync(new CeilingReport(settings, rounds, noisy).ToReport(), output);
        return 0;
    }

    /// <summary>Everybody once, and bare a second time at the end: how far its two runs are apart is the round's noise.</summary>
    private static async Task<(Dictionary<string, CeilingRun> Runs, double Noise)> RoundAsync(CeilingServers servers, CeilingSettings settings, int first, CancellationToken stop)
    {
        Dictionary<string, CeilingRun> runs = [];
        foreach (Contestant contestant in servers.Contestants)
        {
            runs[contestant.Name] = await contestant.MeasureAsync(servers, settings, first, stop);
        }

        CeilingRun again = await servers.Contestants[0].MeasureAsync(servers, settings, first, stop);
        double noise = Math.Abs(again.Rps - runs["bare"].Rps) / Math.Max(again.Rps, runs["bare"].Rps);
        runs["bare"] = Mean(runs["bare"], again);
        return (runs, noise);
    }

    private static CeilingRun Mean(CeilingRun one, CeilingRun other) => new(
        (one.Rps + other.Rps) / 2, (one.P50Ms + other.P50Ms) / 2, (one.P99Ms + other.P99Ms) / 2,
        (one.ServerCpuUs + other.ServerCpuUs) / 2, (one.RedisCpuUs + other.RedisCpuUs) / 2, (one.AllocatedBytes + other.AllocatedBytes) / 2);

    internal static RedisPersistence PersistenceOf(string fsync) => fsync switch
    {
        "always" => RedisPersistence.Always,
        "everysec" => RedisPersistence.EverySecond,
        _ => RedisPersistence.None,
    };

    internal static void InRange(Option<int> option, int from, int to) => option.Validators.Add(result =>
    {
        int value = result.GetValueOrDefault<int>();
        if (value < from || value > to)
        {
            result.AddError($"{option.Name} must be {from} to {to}.");
        }
    });
}
