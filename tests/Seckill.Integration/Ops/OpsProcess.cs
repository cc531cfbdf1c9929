using Seckill.Local;
using Seckill.Local.Processes;
using Shouldly;

namespace Seckill.Integration.Ops;

/// <summary>One of the operators' commands as a process of its own: for what happens when it is ended, or has another environment. Its temporary files are in a directory of its own.</summary>
internal sealed class OpsProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ChildProcess _process;
    private readonly string _log;

    private OpsProcess(ChildProcess process, string log, string temporary)
    {
        (_process, _log, Temporary) = (process, log, temporary);
    }

    /// <summary>Where it puts temporary files, and nobody else.</summary>
    public string Temporary { get; }

    /// <summary>What it has printed.</summary>
    public string Output => File.ReadAllText(_log);

    /// <param name="directory">Where its log and temporary files may lie.</param>
    /// <param name="arguments">As after <c>./seckill</c>.</param>
    /// <param name="environment">Added to ours.</param>
    /// <param name="shell">Bash that is run before it, in the same process: limits.</param>
    public static async Task<OpsProcess> StartAsync(string directory, string[] arguments, IReadOnlyDictionary<string, string>? environment = null, string shell = "true")
    {
        string own = Path.Combine(directory, $"process-{Guid.NewGuid():N}");
        string temporary = Path.Combine(own, "tmp");
        Directory.CreateDirectory(temporary);
        string log = Path.Combine(own, "log");
        Dictionary<string, string> all = new(environment ?? new Dictionary<string, string>())
        {
            ["TMPDIR"] = temporary,
            // The runtime's own pipes for debuggers lie in TMPDIR too.
            ["DOTNET_EnableDiagnostics"] = "0",
        };
        ChildProcess process = await ChildProcess.StartAsync(
            ["bash", "-c", $"{shell}; exec \"$@\"", "bash", "dotnet", Repository.Program("Seckill.Ops"), .. arguments, "--data", own], own, log, all);
        return new OpsProcess(process, log, temporary);
    }

    public void Send(int signal) => _process.Send(signal);

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndAsync()
    {
        (await _process.WaitForExitAsync(Patience)).ShouldBeTrue(Output);
        return _process.ExitCode;
    }

    public void Dispose() => _process.Dispose();
}
