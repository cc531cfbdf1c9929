using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Messaging;

/// <summary>Consumes a topic in batches, one at a time, and stores a batch's offsets when its handler has finished it.</summary>
/// <remarks>
/// Thread-safe; each call of <see cref="RunAsync"/> is one member of its group. A handler that fails is called again with the same batch, with growing pauses, for as long as it takes: meanwhile
/// polling goes on, so a server that is away costs no rebalance, and Kafka keeps what does not fit the next batch.
/// </remarks>
public sealed class BatchConsumer(KafkaClients clients, IOptions<MessagingOptions> options, TimeProvider time, ILogger<BatchConsumer> log)
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    /// <summary>Runs until <paramref name="stop"/>; a fault of the client is logged and a new one starts at the stored offsets.</summary>
    /// <param name="group">The consumer group: the members share the partitions.</param>
    /// <param name="topic">What it reads.</param>
    /// <param name="maxBatch">Most messages of a batch. Nothing waits for one to fill.</param>
    /// <param name="handler">Handles a batch; see its remarks.</param>
    /// <param name="stop">Ends the loop; the handler may finish what it has, for <see cref="MessagingOptions.DelayedDrainMs"/>.</param>
    public async Task RunAsync(string group, KafkaTopic topic, int maxBatch, BatchHandler handler, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using BatchConsumerSession session = new(clients, group, topic, maxBatch, handler, time, log);
                await session.RunAsync(TimeSpan.FromMilliseconds(options.Value.DelayedDrainMs), stop);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                log.BatchConsumerFaulted(group, fault);
                await Task.Delay(FaultPause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // Stopped in the middle of a batch: redelivery brings it back.
            }
        }
    }
}
