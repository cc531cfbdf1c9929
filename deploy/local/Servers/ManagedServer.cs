using Seckill.Local.Processes;

namespace Seckill.Local.Servers;

/// <summary>A real server as a child process of this one: started, stopped, killed and paused at will, always on the same port and data.</summary>
/// <remarks>Not thread-safe: one caller drives it. The child dies with this process in any case.</remarks>
public abstract class ManagedServer : IAsyncDisposable
{
    /// <summary>A port of ours may be held for a moment by the dead process's last descendants.</summary>
    private static readonly TimeSpan PortDeadline = TimeSpan.FromSeconds(2);

    private ChildProcess? _process;

    /// <param name="name">How messages call it.</param>
    /// <param name="directory">Its private directory, made when missing; nothing outside is written.</param>
    /// <param name="port">Its port on 127.0.0.1; null takes a free one, once and for all restarts.</param>
    protected ManagedServer(string name, string directory, int? port)
    {
        Name = name;
        Directory = Path.GetFullPath(directory);
        Port = port ?? FreePorts.Next();
        LogFile = Path.Combine(Directory, $"{name}.log");
    }

    public string Name { get; }

    public string Directory { get; }

    public int Port { get; }

    /// <summary><c>127.0.0.1:port</c>.</summary>
    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>Everything that the server says, of all its lives.</summary>
    public string LogFile { get; }

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The process id of the present life.</summary>
    /// <exception cref="InvalidOperationException">It is not running.</exception>
    public int Pid => Running.Pid;

    /// <summary>How long a start may take before it counts as failed.</summary>
    protected virtual TimeSpan StartDeadline => TimeSpan.FromSeconds(60);

    /// <summary>How long an orderly stop may take before the process is killed.</summary>
    protected virtual TimeSpan StopDeadline => TimeSpan.FromSeconds(20);

    private ChildProcess Running => _process is { HasExited: false }
        ? _process
        : throw new InvalidOperationException($"{Name} is not running.");

    /// <summary>Starts it and waits until it answers.</summary>
    /// <exception cref="ServerFailedException">It ended or did not answer in time; with the end of its log.</exception>
    public async Task StartAsync(CancellationToken stop = default)
    {
        if (IsRunning)
        {
            throw new InvalidOperationException($"{Name} is running already.");
        }
        // Asked first: a stranger on the port would otherwise answer our questions, and pass for the server.
        if (!await Deadline.PollAsync(PortDeadline, _ => Task.FromResult(FreePorts.IsFree(Port)), stop))
        {
            throw new ServerFailedException($"{Name} cannot start: port {Port} on 127.0.0.1 is taken by another process.");
        }
        System.IO.Directory.CreateDirectory(Directory);
        await PrepareAsync(stop);
        _process?.Dispose();
        _process = await ChildProcess.StartAsync(Command(), Directory, LogFile, Environment());
        try
        {
            bool ready = await Deadline.PollAsync(
                StartDeadline, async token => _process.HasExited || await IsReadyAsync(token), stop);
            if (!ready || _process.HasExited)
            {
                throw new ServerFailedException(Describe(ready));
            }
        }
        catch
        {
            await KillAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop (SIGTERM), waits, and kills it when it takes too long. Does nothing when it is not running.</summary>
    public async Task StopAsync()
    {
        if (_process is not { HasExited: false })
        {
            return;
        }
        // A paused process cannot handle SIGTERM.
        _process.Send(Signals.Continue);
        _process.Send(Signals.Terminate);
        if (!await _process.WaitForExitAsync(StopDeadline))
        {
            await KillAsync();
        }
    }

    /// <summary>kill -9, and waits for the process to be gone. Does nothing when it is not running.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Send(Signals.Kill);
            await _process.WaitForExitAsync(TimeSpan.FromSeconds(10));
        }
    }

    /// <summary>SIGSTOP, and waits until every thread stands still, which the kernel sees to a moment later: the process keeps its connections and answers nothing.</summary>
    /// <exception cref="ServerFailedException">A thread goes on after five seconds.</exception>
    public void Pause()
    {
        int pid = Running.Pid;
        Running.Send(Signals.Stop);
        if (!SpinWait.SpinUntil(() => Signals.IsStopped(pid), TimeSpan.FromSeconds(5)))
        {
            throw new ServerFailedException($"Process {pid} was told to stop and has threads that go on.");
        }
    }

    /// <summary>SIGCONT after <see cref="Pause"/>.</summary>
    public void Resume() => Running.Send(Signals.Continue);

    /// <summary>An orderly stop and a start, on the same port and data.</summary>
    public async Task RestartAsync(CancellationToken stop = default)
    {
        await StopAsync();
        await StartAsync(stop);
    }

    /// <summary>Stops it.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
        _process?.Dispose();
        _process = null;
        await CleanUpAsync();
    }

    /// <summary>What must be there before each start.</summary>
    protected virtual Task PrepareAsync(CancellationToken stop) => Task.CompletedTask;

    /// <summary>The program and its arguments.</summary>
    protected abstract IReadOnlyList<string> Command();

    protected virtual IReadOnlyDictionary<string, string>? Environment() => null;

    /// <summary>One quick question to the server; false rather than an exception when it does not answer.</summary>
    protected abstract Task<bool> IsReadyAsync(CancellationToken stop);

    /// <summary>Runs once after the last stop.</summary>
    protected virtual ValueTask CleanUpAsync() => ValueTask.CompletedTask;

    private string Describe(bool exited)
    {
        string what = exited
            ? $"{Name} ended with exit code {_process!.ExitCode} while starting"
            : $"{Name} did not answer on {Endpoint} within {StartDeadline.TotalSeconds:0} s";
        return $"{what}. The end of {LogFile}:\n{LogTail.Read(LogFile)}";
    }
}
