using System.ComponentModel;
using System.Diagnostics;
using Seckill.Local;

namespace Seckill.Integration.Metrics;

/// <summary>Prometheus' own checker, from Debian's <c>prometheus</c>.</summary>
internal static class Promtool
{
    /// <summary>Runs it in <c>deploy/prometheus</c>.</summary>
    /// <returns>What it returned, and all that it said.</returns>
    public static async Task<(int Code, string Said)> RunAsync(string? input, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("promtool", arguments)
        {
            WorkingDirectory = Path.Combine(Repository.Root, "deploy", "prometheus"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process promtool = Start(start);
        Task<string> output = promtool.StandardOutput.ReadToEndAsync();
        Task<string> errors = promtool.StandardError.ReadToEndAsync();
        await promtool.StandardInput.WriteAsync(input ?? string.Empty);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, await output + await errors);
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("'promtool' is missing: apt-get install prometheus, or './seckill test', which does so.", missing);
        }
    }
}
