using System.Diagnostics;
using System.Text.Json;

namespace Seckill.Benchmarks.Ceiling;

/// <summary>One run of <c>wrk</c>.</summary>
internal static class WrkRun
{
    private const int Threads = 2;

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "grabs.lua");

    /// <param name="target">Where the process listens.</param>
    /// <param name="path">Path of the grab.</param>
    /// <param name="tokens">Bearer tokens.</param>
    /// <param name="grabTokens">File of the same users' grab tokens, a line each, beginning with the first of this run; null for none.</param>
    /// <param name="first">The first token that this run may use.</param>
    /// <param name="count">How many.</param>
    /// <param name="connections">Kept open, each with one request under way: a closed loop, which is what a ceiling asks for.</param>
    /// <param name="duration">At least 1 s.</param>
    /// <param name="stop">Kills wrk.</param>
    /// <exception cref="InvalidOperationException">wrk is missing or failed.</exception>
    public static async Task<WrkAnswer> MeasureAsync(Uri target, string path, TokenFile tokens, string? grabTokens, int first, int count, int connections, TimeSpan duration, CancellationToken stop)
    {
        ProcessStartInfo start = new("wrk") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            "-t", $"{Threads}", "-c", $"{connections}", "-d", $"{duration.TotalSeconds:0}s", "--timeout", "10s", "-s", Script, target.ToString(),
            "--", path, tokens.Path, $"{first}", $"{count}", $"{tokens.Width}", $"{Threads}", .. grabTokens is null ? [] : (string[])[grabTokens],
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process wrk = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start.");
        using CancellationTokenRegistration kill = stop.Register(() => wrk.Kill());
        Task<string> said = wrk.StandardOutput.ReadToEndAsync(CancellationToken.None), complained = wrk.StandardError.ReadToEndAsync(CancellationToken.None);
        await wrk.WaitForExitAsync(CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        string? json = (await said).Split('\n').LastOrDefault(line => line.StartsWith('{'));
        return wrk.ExitCode == 0 && json is not null
            ? JsonSerializer.Deserialize<WrkAnswer>(json, JsonSerializerOptions.Web)!
            : throw new InvalidOperationException($"wrk ended with exit code {wrk.ExitCode}: {await complained}{await said}");
    }
}
