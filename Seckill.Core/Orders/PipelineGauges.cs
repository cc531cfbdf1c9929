using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Redis;
using StackExchange.Redis;

namespace Seckill.Core.Orders;

/// <summary>Measures, once a second, how many reservations Kafka holds that are not orders yet, for the metrics and for the Api's statistics.</summary>
/// <remarks>The whole groups' lag, the intake's and the retries', see <see cref="IntakeLag"/>. Every worker writes the same figure, so it matters not which one wrote last.</remarks>
public sealed class PipelineGauges(KafkaClients clients, RedisConnection redis, TimeProvider time, ILogger<PipelineGauges> log) : BackgroundService
{
    /// <summary>hash: <c>consumerLag</c> (messages), <c>measuredAtMs</c> (Unix ms; old when no worker runs or Kafka is away).</summary>
    public static readonly RedisKey Key = "seckill:pipeline";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using IntakeLag intake = new(clients, "seckill-lag");
        using PeriodicTimer timer = new(Every, time);
        bool failing = false;
        try
        {
            do
            {
                try
                {
                    long lag = intake.Measure();
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
}
