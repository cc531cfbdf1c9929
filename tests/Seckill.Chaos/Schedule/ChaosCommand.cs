using System.CommandLine;
using System.Security.Cryptography;
using Seckill.Chaos.Windows;
using Seckill.Local.Servers;
using Spectre.Console;

namespace Seckill.Chaos.Schedule;

/// <summary><c>chaos</c>: a long run of random faults, or every window's test against its planted bug.</summary>
internal static class ChaosCommand
{
    /// <summary>Grabs a second of the crowd, which leaves two cores room for restarts.</summary>
    private const double Arrivals = 60;

    public static Command Create()
    {
        Option<double> minutes = new("--minutes") { Description = "How long the crowd buys.", DefaultValueFactory = _ => 3 };
        Option<int?> seed = new("--seed") { Description = "Replays a schedule. Default: random, and printed." };
        Option<double> rate = new("--faults-per-minute") { Description = "Faults a minute.", DefaultValueFactory = _ => 12 };
        Option<FileInfo?> output = new("--out") { Description = "Write the result as JSON." };
        Option<string[]?> planted = new("--planted")
        {
            Description = "Run the windows' tests, each with its remedy switched off, and demand that each fails. Names (F1 F3 …), or none for all.",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string[]?> full = new("--full")
        {
            Description = "Run the windows' tests at their full figures. Names (F1 F3 …), or none for all.",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command command = new("chaos", "Kill, pause and cut the engine's parts under load, then audit every promise.") { minutes, seed, rate, output, planted, full };
        command.SetAction(async (arguments, stop) =>
        {
            if (arguments.GetResult(planted) is not null)
            {
                return await PlantedRun.RunAsync(arguments.GetValue(planted) ?? [], stop);
            }

            if (arguments.GetResult(full) is not null)
            {
                return await FullRun.RunAsync(arguments.GetValue(full) ?? [], stop);
            }

            TimeSpan length = TimeSpan.FromMinutes(arguments.GetValue(minutes));
            if (length <= TimeSpan.Zero || length > ChaosRun.Longest)
            {
                await Console.Error.WriteLineAsync($"✗ --minutes must be above 0 and at most {ChaosRun.Longest.TotalMinutes}: unpaid orders lapse after half an hour, and books that move cannot be audited.");
                return 2;
            }

            return await RunAsync(
                arguments.GetValue(seed) ?? RandomNumberGenerator.GetInt32(int.MaxValue), length, arguments.GetValue(rate),
                arguments.GetValue(output), stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(int seed, TimeSpan length, double faultsPerMinute, FileInfo? output, CancellationToken stop)
    {
        FaultPlan plan = FaultPlan.Draw(seed, length, faultsPerMinute, FaultCatalogue.All);
        AnsiConsole.WriteLine($"seed {seed}: {plan.Steps.Count} faults in {length.TotalMinutes:0.#} minutes");
        try
        {
            ChaosRunResult result = await new ChaosRun(plan, Arrivals, line => AnsiConsole.WriteLine($"  {line}")).RunAsync(stop);
            ChaosTable.Show(result);
            if (output is not null)
            {
                await ChaosTable.WriteAsync(result, output);
            }

            return result.Audit.Violations.Count == 0 ? 0 : 1;
        }
        catch (ServerFailedException fault)
        {
            await Console.Error.WriteLineAsync($"✗ {fault.Message}");
            return 1;
        }
    }
}
