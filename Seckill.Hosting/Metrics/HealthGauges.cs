using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Hosting.Health;

namespace Seckill.Hosting.Metrics;

/// <summary>Shows as metrics what <c>/healthz</c> says, so that a rule can look at it. Asked every <see cref="Every"/>, not by the scrape, which must answer at once also while a server is away.</summary>
internal sealed class HealthGauges(HealthCache cache, TimeProvider time) : BackgroundService
{
    private static readonly Gauge<int> Ready = SeckillMeter.Meter.CreateGauge<int>("seckill.health.ready", "{node}", "1 while the node can serve, as /healthz/ready has it, 0 while it cannot.");

    private static readonly Gauge<int> Checks = SeckillMeter.Meter.CreateGauge<int>("seckill.health.check", "{check}", "What each check of /healthz says: 2 healthy, 1 degraded, 0 unhealthy.");

    /// <summary>How often: 5 s, about as often as a load balancer asks.</summary>
    private static TimeSpan Every { get; } = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        try
        {
            Show(await cache.ReportAsync().WaitAsync(stop));
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // A check that cannot even be made. Whoever asks /healthz is told why; a gauge is no reason to end the host.
            Ready.Record(0);
        }
    }

    private static void Show(HealthReport report)
    {
        bool isReady = true;
        foreach ((string name, HealthReportEntry check) in report.Entries)
        {
            Checks.Record((int)check.Status, new KeyValuePair<string, object?>("check", name));
            isReady &= check.Status is not HealthStatus.Unhealthy || !check.Tags.Contains(HealthRegistration.Ready);
        }

        Ready.Record(isReady ? 1 : 0);
    }
}
