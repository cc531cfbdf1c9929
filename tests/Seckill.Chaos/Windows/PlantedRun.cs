using Spectre.Console;

namespace Seckill.Chaos.Windows;

/// <summary><c>chaos --planted</c>: switches each remedy off in turn; the window's test must fail, and for what it is about.</summary>
internal static class PlantedRun
{
    private const int ReasonLength = 110;

    /// <returns>0 when every planted bug was found.</returns>
    public static async Task<int> RunAsync(string[] names, CancellationToken stop)
    {
        int missed = 0;
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumn("window").AddColumn("planted bug").AddColumn("seen as");
        foreach ((string window, Type test) in WindowClasses.Named(names))
        {
            stop.ThrowIfCancellationRequested();
            WindowOutcome outcome = await WindowProcess.RunAsync(test, planted: window, isFull: false);
            missed += outcome.FoundABug ? 0 : 1;
            string reason = outcome.Tests == 0 ? $"did not run; see {outcome.Log}" : outcome.Reason;
            Console.WriteLine($"  {window}: {(outcome.FoundABug ? "found" : "MISSED")}: {reason}");
            table.AddRow(window, outcome.FoundABug ? "[green]found[/]" : "[red]missed[/]", Markup.Escape(reason.Length > ReasonLength ? reason[..ReasonLength] : reason));
        }

        AnsiConsole.Write(table);
        return missed == 0 ? 0 : 1;
    }
}
