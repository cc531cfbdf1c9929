using System.CommandLine;
using System.Data.Common;
using Confluent.Kafka;
using Seckill.LoadTests.PushFanout;
using Seckill.LoadTests.Reporting;
using Seckill.LoadTests.Running;
using Seckill.LoadTests.Scenarios;
using Seckill.LoadTests.Target;
using Seckill.Local;
using Spectre.Console;
using StackExchange.Redis;

namespace Seckill.LoadTests;

/// <summary>The command line of <c>./seckill load</c>.</summary>
internal static class LoadCommand
{
    internal const int Passed = 0;
    internal const int Failed = 1;
    internal const int CannotRun = 2;
    private const int PlainWidth = 220;

    private static readonly Option<string> ScenarioName = new("--scenario") { Description = $"One of: {string.Join(", ", LoadPlans.Names)}", DefaultValueFactory = _ => "burst" };
    private static readonly Option<int?> Users = Positive("--users", "Size of the crowd");
    private static readonly Option<int?> Units = Positive("--units", "Units of the run's own sale");
    private static readonly Option<int?> Rate = Positive("--rate", "Arrivals a second (repeat-buyers: users at once; waiting-room: users admitted a second)");
    private static readonly Option<int?> Duration = Positive("--duration", "Seconds of load");
    private static readonly Option<int> Listeners = new("--listeners") { Description = "Users with a push connection", DefaultValueFactory = _ => 500 };
    private static readonly Option<int> Connections = new("--connections") { Description = "HTTP connections at most", DefaultValueFactory = _ => 512 };
    private static readonly Option<int> InFlight = new("--in-flight") { Description = "Requests in flight at most; an arrival beyond is counted as not-sent", DefaultValueFactory = _ => 20_000 };
    private static readonly Option<string[]> Thresholds = new("--threshold") { Description = "Bound on a figure, for example accepted.p99Ms<=500; may be repeated", DefaultValueFactory = _ => [] };
    private static readonly Option<string?> Api = new("--api") { Description = "URL of Seckill.Api, instead of the local stack" };
    private static readonly Option<string?> Hub = new("--hub") { Description = "URL of the push hub" };
    private static readonly Option<string?> Redis = new("--redis") { Description = "With --api: host:port, for the audit" };
    private static readonly Option<string?> Kafka = new("--kafka") { Description = "With --api: bootstrap list, for the audit" };
    private static readonly Option<string?> MySql = new("--mysql") { Description = "With --api: ADO.NET connection string, for the audit" };
    private static readonly Option<string> Out = new("--out") { Description = "Folder of the reports", DefaultValueFactory = _ => Path.Combine(Repository.Root, "loadtests", "results") };

    public static RootCommand Create()
    {
        RootCommand command = new("Fires a crowd at a sale of its own on the local stack, waits for the orders and audits the outcome. Exit: 0 pass, 1 fail, 2 could not run.")
        {
            ScenarioName, Users, Units, Rate, Duration, Listeners, Connections, InFlight, Thresholds, Api, Hub, Redis, Kafka, MySql, Out,
        };
        command.Subcommands.Add(PushFanoutCommand.Create());
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        try
        {
            LoadRunOptions options = Read(parsed);
            LoadProgress progress = new();
            using LoadRun run = new(options, progress, TimeProvider.System);
            Task<RunResult> running = run.RunAsync(stop);
            IAnsiConsole console = Terminal();
            await new LiveView(console, progress, TimeProvider.System).ShowAsync(running);
            RunResult result = await running;
            string folder = await ReportWriter.WriteAsync(result, parsed.GetValue(Out)!);
            ConsoleSummary.Write(console, result, folder);
            return result.Passed ? Passed : Failed;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("load: stopped before T0; nothing was measured.");
        }
        catch (Exception fault) when (fault is TargetException or FormatException or HttpRequestException or RedisException or KafkaException or DbException or TimeoutException or IOException)
        {
            await Console.Error.WriteLineAsync($"load: {fault.Message}");
        }

        return CannotRun;
    }

    /// <summary>A pipe or a log file gets no colours, and lines long enough that none is broken.</summary>
    internal static IAnsiConsole Terminal()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        plain.Profile.Width = PlainWidth;
        return plain;
    }

    private static LoadRunOptions Read(ParseResult parsed) => new()
    {
        Target = ReadTarget(parsed),
        Scenario = parsed.GetValue(ScenarioName)!,
        Users = parsed.GetValue(Users),
        Units = parsed.GetValue(Units),
        Rate = parsed.GetValue(Rate),
        Duration = parsed.GetValue(Duration) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        Listeners = Math.Max(0, parsed.GetValue(Listeners)),
        Connections = Math.Max(1, parsed.GetValue(Connections)),
        MaxInFlight = Math.Max(1, parsed.GetValue(InFlight)),
        Thresholds = [.. parsed.GetValue(Thresholds)!.Select(ReadThreshold)],
    };

    private static Threshold ReadThreshold(string text)
    {
        Threshold threshold = Threshold.Parse(text);
        threshold.Judge(RunFigures.OfNothing().Figures); // throws for a figure that does not exist, before anything is fired
        return threshold;
    }

    private static LoadTarget ReadTarget(ParseResult parsed) => (parsed.GetValue(Api), parsed.GetValue(Hub)) switch
    {
        (null, null) => LoadTarget.FromState(Path.Combine(Repository.LocalData, "state.json")),
        (string api, string hub) => LoadTarget.From(api, hub, parsed.GetValue(Redis), parsed.GetValue(Kafka), parsed.GetValue(MySql)),
        _ => throw new TargetException("--api and --hub go together."),
    };

    private static Option<int?> Positive(string name, string description)
    {
        Option<int?> option = new(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is <= 0)
            {
                result.AddError($"{name} must be at least 1.");
            }
        });
        return option;
    }
}
