using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Messaging;

namespace Seckill.Worker;

/// <summary>Compares the broker's topics with ours at start and every minute; the worker is not ready while they differ, and says where.</summary>
internal sealed class TopicCheck(KafkaClients clients, TimeProvider time, ILogger<TopicCheck> log) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private volatile KafkaTopicReport? _report;
    private volatile string _fault = "not checked yet";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(_report switch
    {
        null => HealthCheckResult.Unhealthy(_fault),
        { Differences.Count: > 0 } report => HealthCheckResult.Unhealthy(string.Join("; ", report.Differences)),
        { SettingsChecked: false } => HealthCheckResult.Healthy("as they must be; this broker does not tell retention, cleanup policy and in-sync minimum"),
        _ => HealthCheckResult.Healthy("as they must be"),
    });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using IAdminClient admin = clients.BuildAdmin("seckill-topics");
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan pause = Every;
            try
            {
                KafkaTopicReport report = await KafkaTopicCheck.RunAsync(admin);
                if (report.Differences.Count > 0)
                {
                    log.TopicsDiffer(string.Join("; ", report.Differences));
                }

                _report = report;
            }
            catch (KafkaException fault)
            {
                // An answer that stands is not forgotten because the cluster is away: that is the check 'kafka'.
                _fault = fault.Error.Reason;
                pause = AfterFailure;
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
