using System.CommandLine;
using Seckill.Benchmarks.Ceiling;
using Seckill.Benchmarks.Reporting;
using Seckill.LoadTests.Running;
using Spectre.Console;

namespace Seckill.Benchmarks.Latency;

/// <summary><c>latency</c>: what a grab waits for below, at and above what the engine can take, beside a bare request; arrivals come by a schedule that no answer moves.</summary>
/// <remarks>
/// Each round first asks what each contestant takes in a closed loop of the same generator, which shares the machine's cores; the loads are shares and multiples of that. Latency counts from the intended
/// arrival. The generator wakes about once a millisecond, so arrivals come in small groups, to both contestants alike.
/// </remarks>
internal static class LatencyCommand
{
    private const int ClosedCopies = 256;
    private const int OverloadConnections = 2_000;
    private const int MaxInFlight = 20_000;
    private const double LoneRate = 100;

    public static Command Create()
    {
        Option<int> rounds = new("--rounds") { Description = "Rounds; medians over them are shown.", DefaultValueFactory = _ => 3 };
        Option<int> seconds = new("--seconds") { Description = "Length of one load.", DefaultValueFactory = _ => 4 };
        Option<string> fsync = new("--fsync") { Description = "Redis: off, everysec or always.", DefaultValueFactory = _ => "off" };
        Option<FileInfo?> output = new("--out") { Description = "Writes the figures as JSON." };
        CeilingCommand.InRange(rounds, 1, 100);
        CeilingCommand.InRange(seconds, 1, 60);
        fsync.AcceptOnlyFromAmong("off", "everysec", "always");
        Command command = new("latency", "Latency of a grab beside a bare request: alone, at 70 % of what can be taken, and at twice and five times as much.") { rounds, seconds, fsync, output };
        command.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(rounds), TimeSpan.FromSeconds(arguments.GetValue(seconds)), arguments.GetValue(fsync)!, arguments.GetValue(output), stop));
        return command;
    }

    private static async Task<int> RunAsync(int rounds, TimeSpan length, string fsync, FileInfo? output, CancellationToken stop)
    {
        AnsiConsole.WriteLine("starting the stack and the rivals");
        CeilingSettings settings = new(rounds, length, ClosedCopies, TokensPerRun: 500_000, CeilingCommand.PersistenceOf(fsync));
        await using CeilingServers servers = await CeilingServers.StartAsync(settings, settings.TokensPerRun, stop);
        byte[] tokens = await File.ReadAllBytesAsync(servers.Tokens.Path, stop);
        Dictionary<string, List<LatencyRun>> runs = [];
        for (int round = 0; round <= rounds; round++)
        {
            Dictionary<string, double> most = [];
            foreach (LatencyLoad load in LoadsOf(length))
            {
                Contestant contestant = servers.Contestants.Single(one => one.Name == load.Contestant);
                LatencyRun run = await MeasureAsync(servers, contestant, load, load.Simulation(most), tokens, stop);
                if (load.Simulation(most) is LoadSimulation.KeepConstant)
                {
                    most[load.Contestant] = run.Accepted;
                }

                // The first round warms up and counts for nothing.
                if (round > 0)
                {
                    runs.TryAdd(load.Name, []);
                    runs[load.Name].Add(run);
                }
            }

            Console.WriteLine($"round {round}{(round == 0 ? " (warm-up)" : "")}: in a closed loop {string.Join(", ", most.Select(one => $"{one.Key} {one.Value:N0}/s"))}");
        }

        await BenchReportWriter.WriteAsync(new LatencyReport(runs).ToReport(fsync, length), output);
        return 0;
    }

    private static IEnumerable<LatencyLoad> LoadsOf(TimeSpan length)
    {
        foreach (string contestant in (string[])["bare", "inStock"])
        {
            yield return new LatencyLoad($"{contestant} closed", contestant, ClosedCopies, _ => new LoadSimulation.KeepConstant(ClosedCopies, length));
            yield return new LatencyLoad($"{contestant} alone", contestant, 16, _ => new LoadSimulation.Inject(LoneRate, length));
            yield return new LatencyLoad($"{contestant} 0.7x", contestant, ClosedCopies, most => new LoadSimulation.Inject(0.7 * most[contestant], length));
        }

        yield return new LatencyLoad("inStock 2x", "inStock", OverloadConnections, most => new LoadSimulation.Inject(2 * most["inStock"], length));
        yield return new LatencyLoad("inStock 5x", "inStock", OverloadConnections, most => new LoadSimulation.Inject(5 * most["inStock"], length));
    }

    private static async Task<LatencyRun> MeasureAsync(CeilingServers servers, Contestant contestant, LatencyLoad load, LoadSimulation simulation, byte[] tokens, CancellationToken stop)
    {
        string path = (await contestant.PrepareAsync(stop)).Path;
        using RawClient client = await RawClient.ConnectAsync(contestant.Process.Url, path, servers.Tokens, tokens, load.Connections, stop);
        Scenario scenario = new(load.Name, [new Step("grab", client.GrabAsync)], [simulation], MaxInFlight);
        OpenModelRunner runner = new(scenario, static arrival => arrival, TimeProvider.System);
        await runner.RunAsync(stop);
        stop.ThrowIfCancellationRequested();
        return LatencyRun.Of(runner, simulation is LoadSimulation.Inject inject ? inject.Rate : 0);
    }
}
