using System.CommandLine;
using Seckill.LoadTests.Reporting;
using Seckill.LoadTests.Scenarios;
using Seckill.LoadTests.Target;
using Seckill.Local;
using Seckill.Local.Servers;
using StackExchange.Redis;

namespace Seckill.LoadTests.PushFanout;

/// <summary><c>push-fanout</c>: what a push costs beside a stock SignalR hub and a raw WebSocket, on servers of its own.</summary>
internal static class PushFanoutCommand
{
    private static readonly Option<int> Connections = InRange("--connections", "The largest crowd; figures count with 10,000", 10_000, 10, 100_000);
    private static readonly Option<int> Rounds = InRange("--rounds", "Rounds; a figure is their median", 3, 1, 50);
    private static readonly Option<int> Seconds = InRange("--seconds", "Length of one timed measurement", 5, 1, 15);
    private static readonly Option<string[]> Phase = new("--phase") { Description = $"Only these, may be repeated: {string.Join(", ", PushRun.PhaseNames)}", DefaultValueFactory = _ => [.. PushRun.PhaseNames] };
    private static readonly Option<FileInfo?> Out = new("--out") { Description = "The JSON report's file; HTML and Markdown go beside it. Default: a folder below loadtests/results" };

    public static Command Create()
    {
        Phase.AcceptOnlyFromAmong([.. PushRun.PhaseNames]);
        Command command = new("push-fanout", "Connections, rates, latency and memory of the push hub against a stock SignalR hub and a raw WebSocket; starts its own servers. Exit: 0 pass, 1 a floor short or a message lost, 2 could not run.")
        {
            Connections, Rounds, Seconds, Phase, Out,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        try
        {
            PushSettings settings = new(parsed.GetValue(Connections), parsed.GetValue(Rounds), TimeSpan.FromSeconds(parsed.GetValue(Seconds)));
            OpenFiles.Require(settings.Connections);
            LoadProgress progress = new();
            Spectre.Console.IAnsiConsole console = LoadCommand.Terminal();
            Task<PushResult> running = PushRun.RunAsync(settings, parsed.GetValue(Phase)!, progress, TimeProvider.System, stop);
            await new LiveView(console, progress, TimeProvider.System).ShowAsync(running);
            PushResult result = await running;
            string json = parsed.GetValue(Out)?.FullName ?? Path.Combine(Repository.Root, "loadtests", "results", $"{result.StartedAt:yyyyMMdd-HHmmss}-push-fanout", "report.json");
            await PushReport.WriteAsync(result, json);
            PushReport.Show(console, result, json);
            return result.Passed ? LoadCommand.Passed : LoadCommand.Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("push-fanout: stopped; nothing was written.");
        }
        catch (Exception fault) when (fault is TargetException or ServerFailedException or InvalidOperationException or RedisException or TimeoutException or IOException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync($"push-fanout: {fault.Message}");
        }

        return LoadCommand.CannotRun;
    }

    private static Option<int> InRange(string name, string description, int usual, int from, int to)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < from || value > to))
            {
                result.AddError($"{name} must be {from} to {to}.");
            }
        });
        return option;
    }
}
