using Confluent.Kafka;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Orders;

/// <summary>Measures, once a second, how many reservations Kafka holds that are not orders yet, for the metrics and for the Api's statistics.</summary>
/// <remarks>
/// The whole groups' lag, the intake's and the retries': committed offsets against the ends of all partitions. A reservation that waits in a retry tier is as much on its way as one that was never read.
/// Every worker writes the same figure, so it matters not which one wrote last.
/// </remarks>
public sealed class PipelineGauges(KafkaClients clients, RedisConnection redis, TimeProvider time, ILogger<PipelineGauges> log) : BackgroundService
{
    /// <summary>hash: <c>consumerLag</c> (messages), <c>measuredAtMs</c> (Unix ms; old when no worker runs or Kafka is away).</summary>
    public static readonly RedisKey Key = "seckill:pipeline";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private static readonly TopicPartition[] Partitions = [.. PartitionsOf(KafkaTopics.Reservations)];
    private static readonly TopicPartition[] RetryPartitions = [.. KafkaTopics.RetryTiers.SelectMany(tier => PartitionsOf(tier.Topic))];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        // Of the groups, but never subscribed: they read offsets and take no partition.
        using IConsumer<byte[]?, byte[]> intake = clients.Consumer("seckill-lag", OrderIntake.Group).Build();
        using IConsumer<byte[]?, byte[]> retries = clients.Consumer("seckill-lag", ReservationRetries.Group).Build();
        using PeriodicTimer timer = new(Every, time);
        bool failing = false;
        try
        {
            do
            {
                try
                {
                    // In the direction in which messages move: what goes on meanwhile is counted twice rather than not at all.
                    long lag = Measure(intake, Partitions);
                    lag += Measure(retries, RetryPartitions);
                    OrderMetrics.Lag.Record(lag);
                    await redis.RunAsync(async db =>
                    {
                        await db.HashSetAsync(Key, [new("consumerLag", lag), new("measuredAtMs", time.GetUtcNow().ToUnixTimeMilliseconds())]);
                        return true;
                    });
                    failing = false;
                }
                catch (Exception fault)
                {
                    if (!failing)
                    {
                        log.PipelineUnmeasured(fault); // Once per outage.
                    }

                    failing = true;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static IEnumerable<TopicPartition> PartitionsOf(KafkaTopic topic) => Enumerable.Range(0, topic.Partitions).Select(i => new TopicPartition(topic.Name, i));

    private static long Measure(IConsumer<byte[]?, byte[]> consumer, TopicPartition[] partitions)
    {
        long lag = 0;
        foreach (TopicPartitionOffset committed in consumer.Committed(partitions, Timeout))
        {
            WatermarkOffsets ends = consumer.QueryWatermarkOffsets(committed.TopicPartition, Timeout);
            // Nothing committed (a new group, or a broker that forgot), or committed beyond what a reborn broker holds: all of it is still to do.
            long done = committed.Offset.Value >= 0 && committed.Offset.Value <= ends.High.Value ? Math.Max(committed.Offset.Value, ends.Low.Value) : ends.Low.Value;
            lag += ends.High.Value - done;
        }

        return lag;
    }
}
