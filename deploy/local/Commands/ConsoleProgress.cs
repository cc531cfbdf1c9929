using Seckill.Local.Stack;
using Spectre.Console;

namespace Seckill.Local.Commands;

/// <summary>One line for each part of the stack as it becomes ready or has stopped, and beneath them a spinner that names those under way.</summary>
/// <remarks>Thread-safe. In a pipe or a log file there is no spinner, the lines alone.</remarks>
internal sealed class ConsoleProgress : IProgress<StackProgress>
{
    private readonly Lock _gate = new();
    private readonly List<StackProgress> _underWay = [];
    private StatusContext? _status;

    /// <summary>Shows the spinner while the work goes on.</summary>
    public async Task RunAsync(string title, Func<Task> work)
    {
        await Terminal.SpinAsync(title, async status =>
        {
            _status = status;
            await work();
        });
        _status = null;
    }

    public void Report(StackProgress value)
    {
        lock (_gate)
        {
            bool stopping = value.State is StackPartState.Stopping or StackPartState.Stopped;
            // When a start fails, the rest is stopped: what was starting is then under way no more.
            _underWay.RemoveAll(other => other.Part == value.Part || (stopping && other.State == StackPartState.Starting));
            if (value.State is StackPartState.Ready or StackPartState.Stopped)
            {
                AnsiConsole.MarkupLine(Line(value));
            }
            else
            {
                _underWay.Add(value);
            }
            if (_underWay.Count > 0)
            {
                _status?.Status($"{(stopping ? "stopping" : "starting")} {string.Join(", ", _underWay.Select(part => part.Part))}");
            }
        }
    }

    private static string Line(StackProgress value)
    {
        string detail = value is { State: StackPartState.Stopped, Detail: "" } ? "stopped" : value.Detail;
        return $"  [green]✓[/] {value.Part,-8} [grey]{value.Took.TotalSeconds,5:0.0} s[/]  {Markup.Escape(detail)}";
    }
}
