using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Outbox;
using Seckill.Core.Redis;
using Seckill.Core.Stock.Segments;
using StackExchange.Redis;

namespace Seckill.Core.Stock.Recovery;

/// <summary>Settles the fate of winners whom Api nodes testify to (<see cref="Grab.WitnessLoop"/>): who was told 202 and has no order row.</summary>
/// <remarks>
/// A row has decided: an active one was rebuilt with its unit, an ended one must not take another. The others are claimed, in the order in which they won. Who cannot be honoured is sent to the intake
/// as a reservation of the former life, which ends as a failed order and a push: never in silence. Testimony leaves Redis only when that is done, so a killed runner is followed by another.
/// </remarks>
internal sealed class TestimonyClaims(TestimonyStore testimony, SegmentedClaims claims, OrderStore orders, RedisConnection redis, ILogger<TestimonyClaims> log)
{
    private const int OrdersPerQuery = 500;

    /// <summary>Goes through what lies there once. What is still open afterwards (the outbox is full, the bucket was lost again, a node came late) needs another call.</summary>
    /// <param name="segments">The SKU.</param>
    /// <param name="bucket">Its new life is in place.</param>
    /// <param name="passFence">The fence behind which it still is; 0 when it is open.</param>
    /// <param name="stop">Gives up between two batches.</param>
    /// <exception cref="System.Data.Common.DbException">MySQL is away: repeat.</exception>
    /// <exception cref="StockUnavailableException">Redis is away: repeat; <see cref="RedisException"/> and <see cref="TimeoutException"/> say the same.</exception>
    public async Task SettleAsync(StockSegments segments, StockBucket bucket, long passFence, CancellationToken stop)
    {
        int honoured = 0;
        int refused = 0;
        foreach (WitnessedWinner[] chunk in (await testimony.ReadAsync(bucket)).Chunk(OrdersPerQuery))
        {
            IReadOnlyDictionary<OrderId, OrderStatus> rows = await orders.ReadStatusesAsync(chunk.Select(winner => winner.Order), stop);
            await testimony.RemoveAsync(bucket, [.. chunk.Where(winner => rows.ContainsKey(winner.Order))]);
            foreach (WitnessedWinner[] batch in chunk.Where(winner => !rows.ContainsKey(winner.Order)).Chunk(StockStore.MaxBatch))
            {
                stop.ThrowIfCancellationRequested();
                StockReply reply = await claims.ClaimAsync(segments, bucket, Array.ConvertAll(batch, winner => new StockGrab(winner.User, winner.Order)), passFence);
                if (reply.Status is not StockStatus.Decided)
                {
                    return;
                }

                ILookup<bool, WitnessedWinner> fates = batch.Zip(reply.Decisions).Where(pair => pair.Second.Answer is not StockAnswer.OutboxFull)
                    .ToLookup(pair => pair.Second.Answer is StockAnswer.Reserved or StockAnswer.AlreadyReserved, pair => pair.First);
                await SendToJudgementAsync(bucket, [.. fates[false]]);
                await testimony.RemoveAsync(bucket, [.. fates[true], .. fates[false]]);
                honoured += fates[true].Count();
                refused += fates[false].Count();
            }
        }

        if (honoured + refused > 0)
        {
            RecoveryMetrics.Testimony.Add(honoured, new KeyValuePair<string, object?>("fate", "honoured"));
            RecoveryMetrics.Testimony.Add(refused, new KeyValuePair<string, object?>("fate", "refused"));
            log.TestimonySettled(bucket, honoured, refused);
        }
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
