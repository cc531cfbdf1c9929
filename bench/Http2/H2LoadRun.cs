using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Seckill.Benchmarks.Http2;

/// <summary>One run of <c>h2load</c>, which speaks HTTP/1.1 as well and so is the same generator for both.</summary>
/// <param name="Rps">Answers per second.</param>
/// <param name="MeanMs">Mean latency.</param>
/// <param name="ServerCpuUs">CPU of the answering process for each answer.</param>
internal sealed partial record H2LoadRun(double Rps, double MeanMs, double ServerCpuUs)
{
    /// <param name="target">The grab's address.</param>
    /// <param name="shape">How it is asked.</param>
    /// <param name="token">The bearer token of every request.</param>
    /// <param name="duration">At least 1 s.</param>
    /// <param name="pid">Who answers.</param>
    /// <param name="stop">Kills it.</param>
    /// <exception cref="InvalidOperationException">h2load is missing or failed, or an answer was no refusal.</exception>
    public static async Task<H2LoadRun> MeasureAsync(Uri target, Http2Shape shape, string token, TimeSpan duration, int pid, CancellationToken stop)
    {
        ProcessStartInfo start = new("h2load") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            .. shape.IsHttp2 ? [] : (string[])["--h1"], "-D", $"{duration.TotalSeconds:0}", "-c", $"{shape.Connections}", "-m", $"{shape.Streams}", "-t", "1",
            "-H", ":method: POST", "-H", "content-length: 0", "-H", $"authorization: Bearer {token}", target.ToString(),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        TimeSpan before = CpuOf(pid);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("h2load did not start.");
        using CancellationTokenRegistration kill = stop.Register(() => process.Kill());
        Task<string> said = process.StandardOutput.ReadToEndAsync(CancellationToken.None), complained = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        stop.ThrowIfCancellationRequested();
        TimeSpan cpu = CpuOf(pid) - before;
        string text = await said;
        Match rate = RatePattern().Match(text), codes = CodesPattern().Match(text), mean = MeanPattern().Match(text);
        if (process.ExitCode != 0 || !rate.Success || !codes.Success || !mean.Success)
        {
            throw new InvalidOperationException($"h2load ended with exit code {process.ExitCode}: {await complained}{text}");
        }

        long refused = long.Parse(codes.Groups["four"].Value, CultureInfo.InvariantCulture), others = long.Parse(codes.Groups["two"].Value, CultureInfo.InvariantCulture) + long.Parse(codes.Groups["five"].Value, CultureInfo.InvariantCulture);
        return others == 0 && refused > 0
            ? new H2LoadRun(double.Parse(rate.Groups["rps"].Value, CultureInfo.InvariantCulture), Milliseconds(mean.Groups["mean"].Value), cpu.TotalMicroseconds / refused)
            : throw new InvalidOperationException($"{refused} refusals and {others} other answers: {text}");
    }

    private static TimeSpan CpuOf(int pid)
    {
        using Process process = Process.GetProcessById(pid);
        return process.TotalProcessorTime;
    }

    private static double Milliseconds(string text) => text switch
    {
        _ when text.EndsWith("us", StringComparison.Ordinal) => double.Parse(text[..^2], CultureInfo.InvariantCulture) / 1_000,
        _ when text.EndsWith("ms", StringComparison.Ordinal) => double.Parse(text[..^2], CultureInfo.InvariantCulture),
        _ => double.Parse(text[..^1], CultureInfo.InvariantCulture) * 1_000,
    };

    [GeneratedRegex(@"finished in [^,]+, (?<rps>[\d.]+) req/s", RegexOptions.None, 1_000)]
    private static partial Regex RatePattern();

    [GeneratedRegex(@"status codes: (?<two>\d+) 2xx, \d+ 3xx, (?<four>\d+) 4xx, (?<five>\d+) 5xx", RegexOptions.None, 1_000)]
    private static partial Regex CodesPattern();

    [GeneratedRegex(@"time for request:\s+\S+\s+\S+\s+(?<mean>\S+)", RegexOptions.None, 1_000)]
    private static partial Regex MeanPattern();
}
