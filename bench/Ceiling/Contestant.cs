using System.Diagnostics;
using System.Globalization;
using Seckill.Local.Stack;

namespace Seckill.Benchmarks.Ceiling;

/// <summary>One way to answer a grab: the process that does it, and what a run of it costs.</summary>
/// <param name="Name">As in the report.</param>
/// <param name="Process">Who answers.</param>
/// <param name="PrepareAsync">What must be there before a run.</param>
/// <param name="ExpectsAcceptance">False: every answer must be a refusal.</param>
internal sealed record Contestant(string Name, ServiceProcess Process, Func<CancellationToken, Task<PreparedGrab>> PrepareAsync, bool ExpectsAcceptance = true)
{
    private static readonly HttpClient Http = new();

    /// <summary>Runs it once.</summary>
    /// <exception cref="InvalidOperationException">An answer was not the one that this run is about: its figures would be of something else.</exception>
    public async Task<CeilingRun> MeasureAsync(CeilingServers servers, CeilingSettings settings, int first, CancellationToken stop)
    {
        PreparedGrab grab = await PrepareAsync(stop);
        string? grabTokens = grab.Tickets is { } tickets ? await servers.WriteGrabTokensAsync(tickets, first, settings.TokensPerRun, stop) : null;
        long allocatedBefore = await ReadAllocatedAsync(stop);
        (TimeSpan server, TimeSpan redis) = (CpuOf(Process.Pid), CpuOf(servers.RedisPid));
        WrkAnswer answer = await WrkRun.MeasureAsync(
            Process.Url, grab.Path, servers.Tokens, grabTokens, first, settings.TokensPerRun, settings.Connections, settings.Duration, stop);
        (server, redis) = (CpuOf(Process.Pid) - server, CpuOf(servers.RedisPid) - redis);
        long allocated = await ReadAllocatedAsync(stop) - allocatedBefore;
        long unexpected = answer.Failed + (ExpectsAcceptance ? answer.NotAccepted : answer.Requests - answer.NotAccepted);
        if (unexpected > 0)
        {
            throw new InvalidOperationException($"{Name}: {unexpected:N0} of {answer.Requests:N0} answers were not what this run is about. More than {settings.TokensPerRun:N0} requests need a larger --tokens.");
        }

        return new CeilingRun(
            answer.Requests / answer.Seconds, answer.P50Ms, answer.P99Ms, server.TotalMicroseconds / answer.Requests, redis.TotalMicroseconds / answer.Requests, (double)allocated / answer.Requests);
    }

    private static TimeSpan CpuOf(int pid)
    {
        using Process process = System.Diagnostics.Process.GetProcessById(pid);
        return process.TotalProcessorTime;
    }

    // The rivals answer any GET with the bytes that they have allocated so far; our hosts say it among their metrics.
    private async Task<long> ReadAllocatedAsync(CancellationToken stop)
    {
        string text = await Http.GetStringAsync(new Uri(Process.Url, "/metrics"), stop);
        string? metric = text.Split('\n').FirstOrDefault(line => line.StartsWith("dotnet_gc_heap_total_allocated", StringComparison.Ordinal));
        return (long)double.Parse(metric is null ? text : metric[(metric.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }
}
