using Seckill.Local.State;
using Spectre.Console;

namespace Seckill.Local.Commands;

/// <summary>What to open, once everything is ready.</summary>
internal static class Welcome
{
    public static void Show(LocalState state)
    {
        Grid grid = new();
        grid.AddColumn(new GridColumn().NoWrap().PadRight(3));
        grid.AddColumn(new GridColumn().NoWrap());
        foreach ((string name, string url) in ((string Name, string Url)[])
        [
            ("Shop", $"{state.Api}/"),
            ("Cockpit", $"{state.Api}/admin"),
            ("API", $"{state.Api}/swagger"),
            ("Hub", $"{state.Hub}/hubs/push"),
        ])
        {
            grid.AddRow($"[bold]{name}[/]", $"[link]{url}[/]");
        }
        AnsiConsole.WriteLine();
        AnsiConsole.Write(new Panel(grid) { Header = new PanelHeader(" Seckill is ready "), Border = BoxBorder.Rounded, Padding = new Padding(2, 0) });
        AnsiConsole.MarkupLine("  A second terminal: [bold]./seckill load[/] fires a crowd, [bold]./seckill status[/] shows each part.");
        AnsiConsole.MarkupLine("  [grey]Ctrl-C or ./seckill down stops everything.[/]");
    }
}
