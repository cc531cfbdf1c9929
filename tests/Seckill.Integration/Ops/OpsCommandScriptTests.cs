using Seckill.Local;
using Seckill.Local.Processes;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary>The script before the operators' commands: what it would install on a machine that has little. Run with a PATH of our own, on which dotnet only says what it is asked, by somebody who may install nothing.</summary>
public sealed class OpsCommandScriptTests : IDisposable
{
    // What the script itself uses; and its builds.
    private static readonly string[] Basics = ["bash", "cat", "dirname", "grep", "mktemp", "rm", "sort", "tail"];

    private readonly TemporaryDirectory _directory = new();

    public OpsCommandScriptTests()
    {
        Directory.CreateDirectory(_directory.Combine("bin"));
        foreach (string tool in Basics)
        {
            File.CreateSymbolicLink(_directory.Combine($"bin/{tool}"), File.Exists($"/usr/bin/{tool}") ? $"/usr/bin/{tool}" : $"/bin/{tool}");
        }

        Make("dotnet", "echo \"dotnet $*\"");
        Make("ldconfig", "echo librdkafka.so.1");
        Make("id", "echo 1000");
        Make("apt-get", "echo \"apt-get $*\"");
        Make("node", "true");
        Make("npm", "true");
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("kafka", null)]
    [InlineData("dlq", null)]
    [InlineData("reconcile", null)]
    [InlineData("receipt", null)]
    [InlineData("backup", "mariadb-client")]
    [InlineData("restore", "mariadb-client redis-server")]
    public async Task OperatorsCommand_AsksForWhatItNeeds_AndForNoServersBeside(string command, string? packages)
    {
        (int exit, string output) = await RunAsync(command, "--some-option");

        if (packages is null)
        {
            (exit, output).ShouldBe((0, output));
            output.ShouldContain($"release/Seckill.Ops.dll {command} --some-option");
        }
        else
        {
            (exit, output).ShouldBe((1, output));
            output.ShouldContain($"Missing: {packages}. Install them as root: apt-get install {packages}");
        }
    }

    [Fact]
    public async Task Doctor_InstallsNothing()
    {
        File.Delete(_directory.Combine("bin/node"));

        (int exit, string output) = await RunAsync("doctor");

        (exit, output.Contains("Seckill.Ops.dll doctor", StringComparison.Ordinal)).ShouldBe((0, true), output);
        output.ShouldNotContain("apt-get");
    }

    [Fact]
    public async Task CommandThatThereIsNot_Exit2_WithWhatThereIs()
    {
        (int exit, string output) = await RunAsync("bakcup");

        exit.ShouldBe(2);
        output.ShouldContain("backup DIR");
    }

    private async Task<(int Exit, string Output)> RunAsync(params string[] arguments)
    {
        string log = _directory.Combine($"log-{Guid.NewGuid():N}");
        using ChildProcess process = await ChildProcess.StartAsync(
            ["env", $"PATH={_directory.Combine("bin")}", "/bin/bash", Path.Combine(Repository.Root, "seckill"), .. arguments], Repository.Root, log);
        (await process.WaitForExitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue();
        return (process.ExitCode, await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));
    }

    private void Make(string tool, string script)
    {
        string file = _directory.Combine($"bin/{tool}");
        File.WriteAllText(file, $"#!/bin/bash\n{script}\n");
#pragma warning disable CA1416 // Linux only, like the script.
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
    }
}
