using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seckill.Core.Messaging;

namespace Seckill.Core.Push.Messages;

/// <summary>The loop from <see cref="KafkaTopics.Push"/> to whoever is connected.</summary>
internal sealed class LivePublishLoop(BatchConsumer consumer, LivePublisher publisher, IOptions<PushMessageOptions> options) : BackgroundService
{
    /// <summary>The consumer group.</summary>
    public const string Group = "seckill.push-live";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        consumer.RunAsync(Group, KafkaTopics.Push, options.Value.MaxBatch, publisher.HandleAsync, stoppingToken);
}
