using Confluent.Kafka;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Seckill.Core.Messaging;

namespace Seckill.Worker;

/// <summary>Healthy when a broker answers with the reservations topic.</summary>
internal sealed class KafkaHealthCheck(KafkaClients clients) : IHealthCheck, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1.5);

    private readonly Lazy<IAdminClient> _admin = new(() => clients.BuildAdmin("seckill-health"));

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await Task.Yield(); // The library blocks; the other checks must not wait for it.
        Metadata metadata = _admin.Value.GetMetadata(KafkaTopics.Reservations.Name, Timeout);
        TopicMetadata topic = metadata.Topics.Single();
        return topic.Error.IsError
            ? HealthCheckResult.Unhealthy($"topic {topic.Topic}: {topic.Error.Reason}")
            : HealthCheckResult.Healthy($"{metadata.Brokers.Count} brokers, {topic.Partitions.Count} partitions");
    }

    public void Dispose()
    {
        if (_admin.IsValueCreated)
        {
            _admin.Value.Dispose();
        }
    }
}
