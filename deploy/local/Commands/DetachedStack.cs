using System.Text;
using Seckill.Local.Processes;
using Seckill.Local.State;
using Spectre.Console;

namespace Seckill.Local.Commands;

/// <summary><c>up --detach</c>: the same <c>up</c> in a session of its own, with its words in <c>.local/up.log</c>, shown here until it is ready.</summary>
internal sealed class DetachedStack
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string _directory;
    private readonly string _log;
    private long _shown;

    public DetachedStack(string directory)
    {
        _directory = directory;
        _log = Path.Combine(directory, "up.log");
    }

    public async Task<int> RunAsync(int? apiPort, int? hubPort)
    {
        Directory.CreateDirectory(_directory);
        File.Delete(_log);
        string[] command =
        [
            "dotnet", typeof(DetachedStack).Assembly.Location, "up", "--data", _directory,
            .. apiPort is null ? Array.Empty<string>() : ["--api-port", $"{apiPort}"],
            .. hubPort is null ? Array.Empty<string>() : ["--hub-port", $"{hubPort}"],
        ];
        using ChildProcess child = await ChildProcess.StartAsync(command, Repository.Root, _log, diesWithParent: false);

        StateFile file = new(_directory);
        bool settled = await Deadline.PollAsync(Patience, _ =>
        {
            Copy();
            return Task.FromResult(child.HasExited || file.Read()?.Pids.Stack == child.Pid);
        });
        if (!settled)
        {
            child.Send(Signals.Terminate);
            return Terminal.Fail($"Not ready within {Patience.TotalMinutes:0} minutes. All that it said: {_log}");
        }
        Copy();
        if (child.HasExited)
        {
            return Terminal.Fail($"The stack did not start. All that it said: {_log}");
        }
        return 0;
    }

    /// <summary>Shows the lines that were logged since the last call. The panel with the addresses is among them: the state is written after it.</summary>
    private void Copy()
    {
        if (!File.Exists(_log))
        {
            return;
        }
        using FileStream stream = new(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(_shown, SeekOrigin.Begin);
        using StreamReader reader = new(stream);
        string text = reader.ReadToEnd();
        string lines = text[..(text.LastIndexOf('\n') + 1)];
        _shown += Encoding.UTF8.GetByteCount(lines);
        AnsiConsole.Markup(Markup.Escape(lines).Replace("✓", "[green]✓[/]", StringComparison.Ordinal).Replace("✗", "[red]✗[/]", StringComparison.Ordinal));
    }
}
