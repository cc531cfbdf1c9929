using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Locking;
using Seckill.Core.Messaging;
using Seckill.Core.Orders;
using Seckill.Core.Receipts;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Reconciliation;

/// <summary>
/// Holds every reservation in Redis against its order in MySQL. One without an order is sent to Kafka again (Kafka lost it, by retention or an unclean leader); a
/// failed or cancelled order that still holds its unit gives it back (the release after the commit was cut off).
/// </summary>
/// <remarks>
/// Safe at any moment, and even if two workers ran it at once (the lock only spares the work, which is why its writes carry no token): a message too many meets an idempotent intake, a release too many finds nothing held. It never computes stock from
/// rows: a unit in flight is in neither count, and "repairing" by subtraction would sell it twice. To spare a pipeline that is merely slow, a bucket is judged only while its outbox is
/// empty and the intake has no lag. A bucket whose version has not moved since a pass that found everything in order is not read again.
/// </remarks>
public sealed class ReservationReconciler(
    SingleRunner runner, RedisConnection redis, StockStore stock, OrderStore orders, KafkaProducer producer, ReservationReceipts receipts, IOptions<ReconciliationOptions> options,
    TimeProvider time, ILogger<ReservationReconciler> log) : BackgroundService
{
    /// <summary>The lock of this job: one worker reconciles, the others stand by.</summary>
    private const string Resource = "reconciliation";

    private const int OrdersPerQuery = 500;

    private static readonly TimeSpan MaxLagAge = TimeSpan.FromSeconds(5);

    private readonly ReconciliationOptions _options = options.Value;
    private readonly Dictionary<StockBucket, (long Epoch, long Version)> _settled = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await runner.RunAsync(Resource, (_, stop) => RunAsync(stop), stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what this pass did stands.
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(_options.Interval, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await ReconcileAsync(stop);
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException or StockUnavailableException or DbException)
            {
                log.ReconciliationPutOff(fault);
            }
        }
    }

    private async Task ReconcileAsync(CancellationToken stop)
    {
        if (!await IntakeIsIdleAsync())
        {
            return;
        }

        foreach (RedisValue member in await redis.RunAsync(db => db.SetMembersAsync(StockKeys.Directory)))
        {
            if (StockBucket.TryParse(member!, out StockBucket bucket))
            {
                await ReconcileAsync(bucket, stop);
            }
        }
    }

    private async Task ReconcileAsync(StockBucket bucket, CancellationToken stop)
    {
        if (await stock.ReadAsync(bucket) is not { OutboxLength: 0 } state
            || (_settled.TryGetValue(bucket, out (long, long) seen) && seen == (state.Epoch, state.Version)))
        {
            return;
        }

        if (await stock.ReadBuyersAsync(bucket, _options.MaxBuyers) is not { } buyers)
        {
            log.BucketTooLarge(bucket, _options.MaxBuyers);
            return;
        }

        DateTimeOffset youngest = time.GetUtcNow() - _options.MinAge;
        List<(UserId User, HeldOrder Held)> all =
            [.. buyers.SelectMany(buyer => HeldOrders.Parse(buyer.Value).Select(held => (new UserId(buyer.Key), held)))];
        List<(UserId User, HeldOrder Held)> due = all.FindAll(one => SnowflakeIds.TimeOf(one.Held.Order.Value) < youngest);
        bool inOrder = due.Count == all.Count;
        foreach ((UserId User, HeldOrder Held)[] chunk in due.Chunk(OrdersPerQuery))
        {
            inOrder &= await MendAsync(bucket, state, chunk, stop);
        }

        if (inOrder)
        {
            _settled[bucket] = (state.Epoch, state.Version);
        }
    }

    /// <returns>True when there was nothing to mend.</returns>
    private async Task<bool> MendAsync(StockBucket bucket, BucketState state, (UserId User, HeldOrder Held)[] due, CancellationToken stop)
    {
        IReadOnlyDictionary<OrderId, OrderStatus> statuses = await orders.ReadStatusesAsync(due.Select(one => one.Held.Order), stop);
        List<KafkaRecord> lost = [];
        int released = 0;
        foreach ((UserId user, HeldOrder held) in due)
        {
            if (!statuses.TryGetValue(held.Order, out OrderStatus status))
            {
                lost.Add(ReservationCodec.Encode(receipts.Sign(new ReservationMessage(
                    held.Order, bucket.Sale, bucket.Sku, bucket.Index, user, held.Slot, state.Epoch, state.Version, SnowflakeIds.TimeOf(held.Order.Value)))));
            }
            else if (!status.IsActive()
                && await stock.ReleaseAsync(bucket, user, held.Order) == ReleaseStatus.Released)
            {
                released++;
            }
        }

        if (lost.Count + released == 0)
        {
            return true;
        }

        await producer.ProduceAsync(lost, stop);
        ReconciliationMetrics.Republished.Add(lost.Count);
        ReconciliationMetrics.Released.Add(released);
        log.ReservationsMended(bucket, lost.Count, released);
        return false;
    }

    /// <summary>True when a fresh measurement says that the intake has nothing left to do.</summary>
    private async Task<bool> IntakeIsIdleAsync()
    {
        RedisValue[] gauges = await redis.RunAsync(db => db.HashGetAsync(PipelineGauges.Key, ["consumerLag", "measuredAtMs"]));
        return !gauges[0].IsNull && (long)gauges[0] == 0
            && time.GetUtcNow().ToUnixTimeMilliseconds() - (long)gauges[1] < MaxLagAge.TotalMilliseconds;
    }
}
