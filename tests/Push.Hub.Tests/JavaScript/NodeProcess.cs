using System.Collections.Concurrent;
using System.Diagnostics;
using Seckill.Local;

namespace Push.Hub.Tests.JavaScript;

/// <summary>A Node.js process in <c>clients/js</c>. What it runs must end when its input does, which also is what ends it when this process dies.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Process _process;

    private NodeProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it runs.</summary>
    public static string Directory { get; } = Path.Combine(Repository.Root, "clients", "js");

    /// <summary>The lines that it has written so far.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>The lines that it has written to its error output so far.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Starts <c>node</c>.</summary>
    public static NodeProcess Start(IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new("node", arguments)
        {
            WorkingDirectory = Directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new NodeProcess(start);
    }

    /// <summary>Closes its input and waits until it has ended.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="OperationCanceledException">It does not end.</exception>
    public async Task<int> EndAsync()
    {
        _process.StandardInput.Close();
        using CancellationTokenSource limit = new(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Add(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
