using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Outbox;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Grab;

/// <summary>
/// Hands the winners whom this node has told 202 over to a bucket that was rebuilt without them: a promoted replica may have forgotten them before their outbox entries were relayed, and
/// then this node is the only one that knows of the promise.
/// </summary>
/// <remarks>
/// While a recovery has a bucket fenced, the node signs in (<see cref="StockKeys.Witnesses"/>) and the recovery waits for it, for a bounded time. Once the new life is in place, those without an
/// order row are claimed, first come as before. Who cannot be honoured is sent to the intake as a reservation of the former life, which ends as a failed order and a push: never in silence. A node
/// that comes too late claims among everyone else. Every step may be repeated.
/// </remarks>
public sealed class WitnessHandOver(
    GrabCoalescer coalescer, StockStore stock, OrderStore orders, RedisConnection redis, TimeProvider time, ILogger<WitnessHandOver> log) : BackgroundService
{
    private const int OrdersPerQuery = 500;

    private readonly RedisValue _node = Guid.NewGuid().ToString("N");

    /// <summary>How often a node looks at the buckets whose winners it knows: 200 ms.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (BucketLane lane in coalescer.Witnesses)
                {
                    try
                    {
                        await LookAsync(lane, stoppingToken);
                    }
                    catch (Exception fault) when (fault is StockUnavailableException or RedisException or TimeoutException or DbException)
                    {
                        log.HandOverPutOff(lane.Bucket, fault);
                        break; // The next lane would meet the same; the next tick tries again.
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What was not handed over rests on the outbox and the order rows, as if this node had died.
        }
    }

    private async Task LookAsync(BucketLane lane, CancellationToken stop)
    {
        BucketLook look = await stock.LookAsync(lane.Bucket);
        WitnessedWinner[] winners = lane.WitnessedBefore(look.IsFenced ? look.Fence : look.Epoch);
        if (winners.Length == 0)
        {
            return;
        }

        StockKeys keys = new(lane.Bucket);
        if (look.IsFenced)
        {
            await redis.RunAsync(db => db.SetAddAsync(keys.Witnesses, _node));
            if (!look.IsSwapped)
            {
                return; // The rows are being read; what they hold is decided first.
            }
        }

        HashSet<WitnessedWinner> settled = await HandOverAsync(lane.Bucket, winners, look.IsFenced ? look.Fence : 0, stop);
        lane.ForgetWitnessed(settled);
        if (settled.Count == winners.Length)
        {
            await redis.RunAsync(db => db.SetRemoveAsync(keys.Witnesses, _node));
        }
    }

    private async Task<HashSet<WitnessedWinner>> HandOverAsync(StockBucket bucket, WitnessedWinner[] winners, long passFence, CancellationToken stop)
    {
        HashSet<WitnessedWinner> settled = [];
        int honoured = 0;
        int refused = 0;
        foreach (WitnessedWinner[] chunk in winners.Chunk(OrdersPerQuery))
        {
            // A row has decided: an active one was rebuilt with its unit, an ended one must not take another.
            IReadOnlyDictionary<OrderId, OrderStatus> rows = await orders.ReadStatusesAsync(chunk.Select(winner => winner.Order), stop);
            settled.UnionWith(chunk.Where(winner => rows.ContainsKey(winner.Order)));
            foreach (WitnessedWinner[] batch in chunk.Where(winner => !rows.ContainsKey(winner.Order)).Chunk(StockStore.MaxBatch))
            {
                StockReply reply = await stock.ClaimAsync(bucket, Array.ConvertAll(batch, winner => new StockGrab(winner.User, winner.Order)), passFence);
                if (reply.Status is not StockStatus.Decided)
                {
                    return settled; // Fenced again, or lost again: the next tick begins anew.
                }

                ILookup<bool, WitnessedWinner> fates = batch.Zip(reply.Decisions).Where(pair => pair.Second.Answer is not StockAnswer.OutboxFull)
                    .ToLookup(pair => pair.Second.Answer is StockAnswer.Reserved or StockAnswer.AlreadyReserved, pair => pair.First);
                await SendToJudgementAsync(bucket, [.. fates[false]]);
                honoured += fates[true].Count();
                refused += fates[false].Count();
                settled.UnionWith(fates[true]);
                settled.UnionWith(fates[false]);
            }
        }

        GrabMetrics.HandedOver.Add(honoured, new KeyValuePair<string, object?>("fate", "honoured"));
        GrabMetrics.HandedOver.Add(refused, new KeyValuePair<string, object?>("fate", "refused"));
        if (honoured + refused > 0)
        {
            log.WinnersHandedOver(bucket, honoured, refused);
        }

        return settled;
    }

    // An outbox entry as grab.lua writes it, of the former life: the intake asks once more, and fails the order by name if the unit is still gone.
    private async Task SendToJudgementAsync(StockBucket bucket, WitnessedWinner[] refused)
    {
        foreach (IGrouping<(long Epoch, long Version), WitnessedWinner> entry in refused.GroupBy(winner => (winner.Epoch, winner.Version)))
        {
            OutboxEntry promise = new(
                string.Empty, bucket, entry.Key.Epoch, entry.Key.Version, entry.First().At, [.. entry.Select(winner => new OutboxWinner(winner.Order, 0, winner.User))]);
            await redis.RunAsync(db => db.ExecuteAsync("XADD", [new StockKeys(bucket).Outbox, "*", .. promise.ToFields()]));
        }
    }
}
