using Spectre.Console;

namespace Seckill.Local.Commands;

/// <summary>How the commands speak when something is worth a line of its own.</summary>
internal static class Terminal
{
    /// <summary>Says on standard error what is wrong.</summary>
    /// <returns>1, for <c>return Fail(…)</c>.</returns>
    public static int Fail(string message)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Write(new Text("✗ ", new Style(Color.Red)));
        console.WriteLine(message);
        return 1;
    }

    /// <summary>Says something in passing.</summary>
    public static void Note(string message) => AnsiConsole.MarkupLine($"  [grey]{Markup.Escape(message)}[/]");

    /// <summary>Says that something is done.</summary>
    public static void Done(string message) => AnsiConsole.MarkupLine($"  [green]✓[/] {Markup.Escape(message)}");
}
