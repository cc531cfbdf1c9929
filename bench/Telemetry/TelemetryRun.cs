using System.Diagnostics;
using Seckill.Benchmarks.Ceiling;
using Seckill.Local.Stack;

namespace Seckill.Benchmarks.Telemetry;

/// <summary>One run of one of the two.</summary>
/// <param name="Rps">Accepted grabs per second.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="CpuUs">CPU of the Api for each grab, in microseconds.</param>
/// <param name="Spans">Spans that the receiver got meanwhile.</param>
internal sealed record TelemetryRun(double Rps, double P99Ms, double CpuUs, long Spans)
{
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(1);
    private static readonly HttpClient Http = new();

    /// <summary>Measures; with telemetry, a reader comes for the metrics each second.</summary>
    /// <exception cref="InvalidOperationException">Not every grab was accepted: the figures would be of something else.</exception>
    public static async Task<TelemetryRun> MeasureAsync(TelemetryServers servers, ServiceProcess api, TelemetrySettings settings, int first, CancellationToken stop)
    {
        string path = await servers.NewSaleAsync(settings.TokensPerRun, stop);
        long spans = servers.Receiver.Received;
        TimeSpan cpu = CpuOf(api);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task scraping = api == servers.On ? ScrapeAsync(api, over.Token) : Task.CompletedTask;
        WrkAnswer answer = await WrkRun.MeasureAsync(api.Url, path, servers.Tokens, grabTokens: null, first, settings.TokensPerRun, settings.Connections, settings.Duration, stop);
        await over.CancelAsync();
        await scraping;
        cpu = CpuOf(api) - cpu;
        if (answer.Failed + answer.NotAccepted > 0)
        {
            throw new InvalidOperationException($"{answer.Failed + answer.NotAccepted:N0} of {answer.Requests:N0} grabs were not accepted. More than {settings.TokensPerRun:N0} requests need a larger --tokens.");
        }

        return new TelemetryRun(answer.Requests / answer.Seconds, answer.P99Ms, cpu.TotalMicroseconds / answer.Requests, servers.Receiver.Received - spans);
    }

    private static async Task ScrapeAsync(ServiceProcess api, CancellationToken over)
    {
        using PeriodicTimer timer = new(ScrapeInterval);
        try
        {
            do
            {
                await Http.GetStringAsync(new Uri(api.Url, "/metrics"), over);
            }
            while (await timer.WaitForNextTickAsync(over));
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private static TimeSpan CpuOf(ServiceProcess api)
    {
        using Process process = Process.GetProcessById(api.Pid);
        return process.TotalProcessorTime;
    }
}
