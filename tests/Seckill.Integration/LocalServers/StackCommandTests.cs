using Seckill.Local;
using Seckill.Local.Processes;
using Seckill.Local.State;
using Shouldly;
using Xunit;

namespace Seckill.Integration.LocalServers;

/// <summary>The commands as a user runs them: as processes, over a data directory of their own.</summary>
public sealed class StackCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.Combine("data");

    /// <summary>
    /// Goal: nothing outlives a stack, and nothing that a dead one left is taken for a living one. Method: a detached stack is asked for twice, looked
    /// at, and its supervisor killed with SIGKILL, so that none of our own code can stop the parts.
    /// </summary>
    [Fact]
    public async Task DetachedStackIsKilled_EveryPartDiesWithItAndItsStateIsKnownToBeStale()
    {
        (int exitCode, string output) = await RunAsync("up", "--detach");
        exitCode.ShouldBe(0, output);
        LocalState state = new StateFile(Data).Read().ShouldNotBeNull();
        int[] pids = [state.Pids.Api, state.Pids.Worker, state.Pids.Hub, state.Pids.Redis!.Value, state.Pids.Mariadb!.Value, state.Pids.Stack];
        pids.ShouldAllBe(pid => IsRunning(pid));

        try
        {
            (await RunAsync("status")).ExitCode.ShouldBe(0);
            (exitCode, output) = await RunAsync("up", "--detach");
            exitCode.ShouldBe(1);
            output.ShouldContain("running already");
        }
        finally
        {
            Signals.Send(state.Pids.Stack, Signals.Kill);
        }

        (await Deadline.PollAsync(Patience, _ => Task.FromResult(!pids.Any(IsRunning)), TestContext.Current.CancellationToken)).ShouldBeTrue();
        new StateFile(Data).Read().ShouldNotBeNull();
        (await RunAsync("status")).ExitCode.ShouldBe(1);
        (exitCode, output) = await RunAsync("down");
        exitCode.ShouldBe(0);
        output.ShouldContain("gone already");
        new StateFile(Data).Read().ShouldBeNull();
    }

    [Fact]
    public async Task DetachedStackTakenDown_NothingRunsAndNoStateIsLeft()
    {
        (int exitCode, string output) = await RunAsync("up", "--detach");
        exitCode.ShouldBe(0, output);
        LocalState state = new StateFile(Data).Read().ShouldNotBeNull();

        (exitCode, output) = await RunAsync("down");

        exitCode.ShouldBe(0, output);
        int[] pids = [state.Pids.Api, state.Pids.Worker, state.Pids.Hub, state.Pids.Redis!.Value, state.Pids.Mariadb!.Value, state.Pids.Stack];
        pids.ShouldAllBe(pid => !IsRunning(pid));
        File.Exists(Path.Combine(Data, "state.json")).ShouldBeFalse();
    }

    [Fact]
    public async Task AskedPortIsTaken_SaysSoAndStartsNothing()
    {
        using System.Net.Sockets.TcpListener taken = new(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        (int exitCode, string output) = await RunAsync("up", "--api-port", $"{port}");

        exitCode.ShouldBe(1);
        output.ShouldContain($"--api-port {port} is taken");
        Directory.Exists(Data).ShouldBeFalse();
    }

    public void Dispose() => _directory.Dispose();

    private async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        string log = _directory.Combine($"{Guid.NewGuid():N}.log");
        using ChildProcess process = await ChildProcess.StartAsync(
            ["dotnet", Repository.Program("Seckill.Local"), .. arguments, "--data", Data], _directory.Path, log);
        (await process.WaitForExitAsync(Patience)).ShouldBeTrue();
        return (process.ExitCode, await File.ReadAllTextAsync(log));
    }

    /// <summary>A zombie is dead: in a container nobody may reap the orphans of a killed process.</summary>
    private static bool IsRunning(int pid)
    {
        string status = $"/proc/{pid}/stat";
        return File.Exists(status) && !File.ReadAllText(status).Contains(") Z ", StringComparison.Ordinal);
    }
}
