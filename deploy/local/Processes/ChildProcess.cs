using System.Diagnostics;

namespace Seckill.Local.Processes;

/// <summary>One child process with its output in a file. Unless told otherwise it dies with its parent, also when that is killed with SIGKILL.</summary>
/// <remarks>
/// The child is started as <c>bash → setsid → setpriv → program</c>, each replacing the one before, so that the process id stays. <c>setsid</c> keeps the
/// terminal's Ctrl-C away from it: the stack stops its parts itself, in order. <c>setpriv --pdeathsig</c> arms the parent-death signal. Both are in
/// util-linux, which every Debian has. The shell is bash because it can close descriptors above 9: librdkafka opens its sockets so that children inherit them, and
/// a connection that the mock broker closes would stay open for as long as some child holds it too.
/// </remarks>
internal sealed class ChildProcess : IDisposable
{
    private const string Script =
        "for fd in /proc/$$/fd/*; do fd=${fd##*/}; [ $fd -gt 2 ] && exec {fd}>&-; done; log=$1; shift; exec setsid \"$@\" >>\"$log\" 2>&1 </dev/null";
    private static readonly string[] ParentDeathSignal = ["setpriv", "--pdeathsig", "KILL", "--"];

    private readonly Process _process;

    private ChildProcess(Process process)
    {
        _process = process;
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>What the process returned; 128 + n for a process that signal n ended. Only after it has exited.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a program.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="workingDirectory">Where it runs; must exist.</param>
    /// <param name="logFile">Both outputs are appended here.</param>
    /// <param name="environment">Added to this process's own environment.</param>
    /// <param name="diesWithParent">False for the one process that is meant to stay: a detached stack.</param>
    public static async Task<ChildProcess> StartAsync(
        IReadOnlyList<string> command,
        string workingDirectory,
        string logFile,
        IReadOnlyDictionary<string, string>? environment = null,
        bool diesWithParent = true)
    {
        string[] prefix = diesWithParent ? ParentDeathSignal : [];
        ProcessStartInfo start = new("/bin/bash", ["-c", Script, "bash", logFile, .. prefix, .. command])
        {
            WorkingDirectory = workingDirectory,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }
        return new ChildProcess(await Launcher.StartAsync(start));
    }

    public void Send(int signal)
    {
        if (!HasExited)
        {
            Signals.Send(Pid, signal);
        }
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>False when it still runs after <paramref name="deadline"/>.</returns>
    public async Task<bool> WaitForExitAsync(TimeSpan deadline)
    {
        using CancellationTokenSource timeout = new(deadline);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _process.Dispose();
}
