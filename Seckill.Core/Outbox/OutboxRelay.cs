using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Receipts;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Outbox;

/// <summary>The one way from Redis to Kafka: runs a <see cref="BucketRelay"/> for each bucket of the directory, and measures what waits.</summary>
/// <remarks>Any number of processes may run one: they share each stream's consumer group, and take over the entries of one that died.</remarks>
public sealed class OutboxRelay(
    RedisConnection redis, KafkaProducer producer, ReservationReceipts receipts, IOptions<OutboxOptions> options, OutboxRoom room, FaultPoints faults, TimeProvider time,
    ILogger<OutboxRelay> log) : BackgroundService
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);

    private readonly OutboxOptions _options = options.Value;
    private readonly SemaphoreSlim _flights = new(options.Value.MaxBatchesInFlight);
    private readonly Dictionary<StockBucket, (BucketRelay Relay, CancellationTokenSource Stop, Task Run)> _running = [];
    private readonly FinishedBuckets _finished = new(redis, time);
    private readonly string _consumer = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid():N}";
    private RelayLiveness? _liveness;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _flights.Dispose();
        foreach ((_, CancellationTokenSource stop, _) in _running.Values)
        {
            stop.Dispose();
        }

        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long measuredAt = 0;
        long sweptAt = 0;
        _liveness = new RelayLiveness(redis, _consumer, time);
        Task living = _liveness.RunAsync(log, stoppingToken);
        try
        {
            while (true)
            {
                try
                {
                    await FollowDirectoryAsync(stoppingToken);
                    if (sweptAt == 0 || time.GetElapsedTime(sweptAt) > SweepEvery)
                    {
                        sweptAt = time.GetTimestamp();
                        await SweepAsync();
                    }

                    if (measuredAt == 0 || time.GetElapsedTime(measuredAt) > MeasureEvery)
                    {
                        measuredAt = time.GetTimestamp();
                        await MeasureAsync();
                    }
                }
                catch (Exception fault) when (fault is RedisException or TimeoutException)
                {
                    log.DirectoryUnreadable(fault);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(_options.DirectoryPollMs), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await LeaveAsync();
            await living;
        }
    }

    // A pool stands in the directory for its units' sake; nobody wins there.
    // A relay does not end because its bucket is not listed: a Redis that came back empty has lost the list, and not what other nodes of a cluster hold.
    private async Task FollowDirectoryAsync(CancellationToken stop)
    {
        foreach (RedisValue member in await redis.RunAsync(db => db.SetMembersAsync(StockKeys.Directory)))
        {
            if (StockBucket.TryParse(member!, out StockBucket bucket) && !bucket.IsPool && !_running.ContainsKey(bucket))
            {
                OutboxStream stream = new(redis, bucket, _consumer);
                BucketRelay relay = new(bucket, stream, _liveness!, producer, receipts, _flights, _options, IdlePause, faults, time, log);
                CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
                _running.Add(bucket, (relay, ends, relay.RunAsync(ends.Token)));
            }
        }
    }

    // The relays of buckets that are finished end: each spends of the idle budget that the others share.
    private async Task SweepAsync()
    {
        foreach (StockBucket bucket in await _finished.SweepAsync(_running.Keys))
        {
            if (_running.Remove(bucket, out (BucketRelay Relay, CancellationTokenSource Stop, Task Run) relay))
            {
                await relay.Stop.CancelAsync();
                await relay.Run;
                relay.Stop.Dispose();
                try
                {
                    await relay.Relay.Stream.LeaveAsync();
                }
                catch (RedisServerException)
                {
                    // No stream, or no group: there is nothing to be struck off.
                }
            }
        }
    }

    private TimeSpan IdlePause() =>
        TimeSpan.FromMilliseconds(Math.Max(_options.IdlePollMs, 1_000.0 * _running.Count / _options.IdlePollsPerSecond));

    private async Task MeasureAsync()
    {
        // All at once: the replies arrive in one round trip or two, however many buckets there are.
        (long Length, long? OldestMs)[] all = await Task.WhenAll(_running.Values.Select(running => running.Relay.Stream.MeasureAsync()));
        long nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        room.Measured(all.Select(one => one.Length).DefaultIfEmpty().Max());
        OutboxMetrics.Length.Record(all.Sum(one => one.Length));
        OutboxMetrics.OldestAge.Record(all.Select(one => one.OldestMs is { } oldest ? Math.Max(0, nowMs - oldest) : 0).DefaultIfEmpty().Max() / 1_000.0);
    }

    private async Task LeaveAsync()
    {
        await Task.WhenAll(_running.Values.Select(running => running.Run));
        try
        {
            await Task.WhenAll(_running.Values.Select(running => running.Relay.Stream.LeaveAsync()));
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            // Only tidiness is lost: the name goes when another relay leaves, after an hour of silence.
            log.DirectoryUnreadable(fault);
        }
    }
}
