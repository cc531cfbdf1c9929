using Spectre.Console;

namespace Seckill.Local.Commands;

/// <summary>How the commands speak when something is worth a line of its own.</summary>
public static class Terminal
{
    private const int WidthOfFiles = 160;

    /// <summary>Into a pipe or a file goes plain text, and lines are not broken at the width of a terminal that is not there.</summary>
    public static void Prepare()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No });
            AnsiConsole.Profile.Width = WidthOfFiles;
        }
    }

    /// <summary>Runs something under a spinner; in a pipe or a file without one.</summary>
    public static Task SpinAsync(string title, Func<StatusContext?, Task> work) =>
        AnsiConsole.Profile.Capabilities.Interactive
            ? AnsiConsole.Status().Spinner(Spinner.Known.Dots).StartAsync(title, work)
            : work(null);

    /// <summary>Says on standard error what is wrong.</summary>
    /// <returns>1, for <c>return Fail(…)</c>.</returns>
    public static int Fail(string message)
    {
        // Not through the console library: the end of a log must not be broken anew, nor its brackets be taken for colours.
        Console.Error.WriteLine(Console.IsErrorRedirected ? $"✗ {message}" : $"\e[31m✗\e[0m {message}");
        return 1;
    }

    /// <summary>Says something in passing.</summary>
    public static void Note(string message) => AnsiConsole.MarkupLine($"  [grey]{Markup.Escape(message)}[/]");

    /// <summary>Says that something is done.</summary>
    public static void Done(string message) => AnsiConsole.MarkupLine($"  [green]✓[/] {Markup.Escape(message)}");
}
