using System.CommandLine;
using System.Text.Json;
using Seckill.Ops.Connection;
using Xunit;

namespace Seckill.Integration.Ops;

/// <summary>One of the operators' commands, run as <c>./seckill</c> runs it.</summary>
/// <param name="Exit">The exit code.</param>
/// <param name="Output">What it printed.</param>
internal sealed record OpsRun(int Exit, string Output)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs it; a refusal is an exit code with its sentence, as in <c>Program</c>.</summary>
    public static async Task<OpsRun> OfAsync(Func<Option<DirectoryInfo>, Command> create, string data, params string[] arguments)
    {
        Option<DirectoryInfo> option = new("--data") { DefaultValueFactory = _ => new DirectoryInfo(data), Recursive = true };
        Command command = create(option);
        RootCommand root = new("Operators' commands.") { option, command };
        await using StringWriter output = new() { NewLine = "\n" };
        try
        {
            int exit = await root.Parse([command.Name, .. arguments]).InvokeAsync(
                new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
            return new OpsRun(exit, output.ToString());
        }
        catch (OpsException fault)
        {
            return new OpsRun(fault.ExitCode, fault.Message);
        }
    }
}
