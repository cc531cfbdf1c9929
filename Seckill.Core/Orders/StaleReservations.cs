using System.Data.Common;
using Dapper;
using Seckill.Core.Database;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Orders;

/// <summary>Judges reservations that arrive after their bucket was rebuilt: made in a former life, and in no row when the rebuild read the rows.</summary>
/// <remarks>
/// A promise is a promise, so the unit is claimed in the present life. Who gets it has a fresh outbox entry, which brings the order by the usual road; who does not becomes a failed order and is
/// told. While a further recovery still drains the pipeline nothing can be claimed, and waiting here would keep it from ever being drained: then the row is written, under the guard alone, and
/// the rebuild finds it. So it is where Redis has lost the bucket again and no recovery has begun; long after a sale none will. Repeating a judgement changes nothing. Thread-safe.
/// </remarks>
internal sealed class StaleReservations(SeckillDatabase database, StockStore stock, SegmentedClaims claims, OrderWriter writer, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for a recovery that is past its drain; its length is the longest that this takes.</summary>
    /// <param name="table">Table of all of them.</param>
    /// <param name="outcomes">Of a batch; those that are not <see cref="IntakeVerdict.Stale"/> stay as they are.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The outcomes without a stale one. What was claimed has none yet, for its message is still to come.</returns>
    /// <exception cref="DbException">MySQL is away: repeat.</exception>
    /// <exception cref="StockUnavailableException">Redis is away: repeat.</exception>
    public async Task<IReadOnlyList<IntakeOutcome>> JudgeAsync(int table, IReadOnlyList<IntakeOutcome> outcomes, CancellationToken stop)
    {
        List<IntakeOutcome> judged = [.. outcomes.Where(outcome => outcome.Verdict != IntakeVerdict.Stale)];
        Dictionary<OrderId, ReservationMessage> stale =
            outcomes.Where(outcome => outcome.Verdict == IntakeVerdict.Stale).ToDictionary(outcome => outcome.Reservation.OrderId, outcome => outcome.Reservation);
        foreach (IGrouping<StockBucket, ReservationMessage> bucket in stale.Values.GroupBy(one => new StockBucket(one.SaleId, one.SkuId, one.Bucket)))
        {
            List<ReservationMessage> left = [.. bucket];
            while (left.Count > 0)
            {
                // Redis first: an epoch that is read afterwards is at least as new, and the transaction that relies on it checks it again.
                BucketLook look = await stock.LookAsync(bucket.Key);
                (long epoch, StockSegments segments) = await ReadGuardAsync(bucket.Key, stop);
                if (look.IsFenced ? epoch < look.Fence : look.Epoch < epoch)
                {
                    IReadOnlyList<IntakeOutcome> written = await writer.WriteAsync(table, [.. left.Select(one => one with { Epoch = epoch })], failure: null, stop);
                    judged.AddRange(written.Where(outcome => outcome.Verdict != IntakeVerdict.Stale).Select(outcome => outcome with { Reservation = stale[outcome.Reservation.OrderId] }));
                    left = [.. written.Where(outcome => outcome.Verdict == IntakeVerdict.Stale).Select(outcome => stale[outcome.Reservation.OrderId])];
                }
                else if (!look.IsFenced && look.IsWhole && look.Epoch == epoch)
                {
                    (List<ReservationMessage> lost, left) = await ClaimAsync(segments, bucket.Key, left);
                    if (lost.Count > 0)
                    {
                        judged.AddRange(await writer.WriteAsync(table, lost, OrderFailure.StaleEpoch, stop));
                    }
                }

                if (left.Count > 0)
                {
                    await Task.Delay(Pause, time, stop);
                }
            }
        }

        return judged;
    }

    private async Task<(List<ReservationMessage> Lost, List<ReservationMessage> Undecided)> ClaimAsync(StockSegments segments, StockBucket bucket, List<ReservationMessage> reservations)
    {
        List<ReservationMessage> lost = [];
        List<ReservationMessage> undecided = [];
        foreach (ReservationMessage[] batch in reservations.Chunk(StockStore.MaxBatch))
        {
            StockReply reply = await claims.ClaimAsync(segments, bucket, Array.ConvertAll(batch, one => new StockGrab(one.UserId, one.OrderId)));
            if (reply.Status is not StockStatus.Decided)
            {
                undecided.AddRange(batch);
                continue;
            }

            for (int i = 0; i < batch.Length; i++)
            {
                switch (reply.Decisions[i].Answer)
                {
                    case StockAnswer.Reserved or StockAnswer.AlreadyReserved:
                        OrderMetrics.StaleClaims.Add(1, new KeyValuePair<string, object?>("fate", "honoured"));
                        break;
                    case StockAnswer.OutboxFull:
                        undecided.Add(batch[i]);
                        break;
                    default:
                        OrderMetrics.StaleClaims.Add(1, new KeyValuePair<string, object?>("fate", "refused"));
                        lost.Add(batch[i]);
                        break;
                }
            }
        }

        return (lost, undecided);
    }

    private async Task<(long Epoch, StockSegments Segments)> ReadGuardAsync(StockBucket bucket, CancellationToken stop)
    {
        await using DbConnection connection = await database.OpenAsync(stop);
        (long epoch, int? buckets) = await connection.QuerySingleOrDefaultAsync<(long, int?)>(new CommandDefinition(
            """
            SELECT g.epoch, i.buckets FROM stock_guard g LEFT JOIN sale_items i ON i.sale_id = g.sale_id AND i.sku_id = g.sku_id
            WHERE g.sale_id = @sale AND g.sku_id = @sku
            """,
            new { sale = bucket.Sale.Value, sku = bucket.Sku.Value },
            cancellationToken: stop));
        return (epoch, new StockSegments(bucket.Sale, bucket.Sku, buckets ?? 1));
    }
}
