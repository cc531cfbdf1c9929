using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Seckill.Core.Messaging;

namespace Seckill.Core.Push.Messages;

/// <summary>The loop from <see cref="KafkaTopics.Push"/> to the mailboxes.</summary>
internal sealed class PushMailLoop(BatchConsumer consumer, PushMailer mailer, IOptions<PushMessageOptions> options) : BackgroundService
{
    /// <summary>The consumer group.</summary>
    public const string Group = "seckill.push";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        consumer.RunAsync(Group, KafkaTopics.Push, options.Value.MaxBatch, mailer.HandleAsync, stoppingToken);
}
