using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>Consumes topics of fixed delay: hands every message to a handler once it is due, never before, and stores its offset only when the handler has finished.</summary>
/// <remarks>
/// Thread-safe; each call of <see cref="RunAsync"/> is one member of its group. It polls on while messages wait and while the handler works, so a long delay or a server
/// that is away costs no rebalance. What it holds is bounded by <see cref="MessagingOptions.DelayedLookAhead"/>; beyond it, partitions are paused. A message
/// without a sensible due time goes to <see cref="KafkaTopics.Unroutable"/>. How late handling starts is in <c>seckill.messaging.delay_error</c>.
/// </remarks>
public sealed class DelayedConsumer(KafkaClients clients, KafkaProducer producer, IOptions<MessagingOptions> options, TimeProvider time, ILogger<DelayedConsumer> log)
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs until <paramref name="stop"/>; a fault of the client is logged and a new one starts at the stored offsets.</summary>
    /// <param name="group">The consumer group: the members share the partitions.</param>
    /// <param name="topics">Topics of fixed delay, from <see cref="KafkaTopics"/>.</param>
    /// <param name="handler">Handles what is due; see its remarks.</param>
    /// <param name="stop">Ends the loop; the handler may finish what it has, for <see cref="MessagingOptions.DelayedDrainMs"/>.</param>
    public async Task RunAsync(string group, IReadOnlyList<DelayedTopic> topics, DelayedHandler handler, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using DelayedConsumerSession session = new(clients, producer, group, topics, handler, options.Value, time, log);
                await session.RunAsync(stop);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                log.DelayedConsumerFaulted(group, fault);
                await Task.Delay(FaultPause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // Stopped in the middle of a batch: redelivery brings it back.
            }
        }
    }
}
