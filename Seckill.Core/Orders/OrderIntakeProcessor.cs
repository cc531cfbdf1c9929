using System.Collections.Concurrent;
using System.Data.Common;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;

namespace Seckill.Core.Orders;

/// <summary>Takes one batch of consumed messages all the way: rows, units given back, buyers told, hopeless messages put aside.</summary>
/// <remarks>
/// Every stage is idempotent and repeated until it has succeeded: a server that is away is never a reason to skip a message or to call it poison (F5). Only
/// what the message itself holds can send it to the dead letters.
/// </remarks>
internal sealed class OrderIntakeProcessor(
    OrderWriter writer, OrderAnnouncer announcer, KafkaProducer producer, FaultPoints faults, IOptions<OrderIntakeOptions> options, TimeProvider time,
    ILogger<OrderIntakeProcessor> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(options.Value.MaxBackoffMs);
    private readonly int _parallelTables = options.Value.ParallelTables;

    /// <summary>Returns when all of the batch is done and its offsets may be stored.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>; what was not finished is mended by redelivery.</exception>
    public async Task ProcessAsync(IReadOnlyList<ConsumeResult<byte[]?, byte[]>> batch, CancellationToken stop)
    {
        List<ReservationMessage> reservations = new(batch.Count);
        List<KafkaRecord> aside = [];
        foreach (ConsumeResult<byte[]?, byte[]> consumed in batch)
        {
            (ReservationMessage? reservation, string? fault) = ReservationCodec.Decode(consumed.Message);
            if (reservation is not null)
            {
                reservations.Add(reservation);
            }
            else
            {
                aside.Add(SetAside.Unroutable(consumed, fault!, time.GetUtcNow(), log));
            }
        }

        // Two tables at a time; within one, a single transaction. A user's orders are all in one table, so their order is kept.
        ConcurrentBag<IntakeOutcome> outcomes = [];
        await Parallel.ForEachAsync(
            reservations.GroupBy(one => OrderTables.Of(one.OrderId)),
            new ParallelOptions { MaxDegreeOfParallelism = _parallelTables, CancellationToken = stop },
            async (table, cancelled) =>
            {
                foreach (IntakeOutcome outcome in await WriteAsync(table.Key, [.. table], cancelled))
                {
                    outcomes.Add(outcome);
                }
            });
        Count(outcomes);

        // Rows first, words second: a crash here leaves rows that redelivery finds and tells of; the other way round buyers would hear of orders that
        // are not there.
        await faults.ReachAsync(FaultPoint.AfterCommitBeforePush);
        await RepeatAsync("push", () => TellAsync(outcomes), stop);

        aside.AddRange(outcomes.Where(outcome => outcome.Verdict == IntakeVerdict.Rejected).Select(DeadLetter));
        if (aside.Count > 0)
        {
            await producer.ProduceAsync(aside, stop);
        }

        await faults.ReachAsync(FaultPoint.AfterPushBeforeOffsets);
    }

    private async Task<bool> TellAsync(IReadOnlyCollection<IntakeOutcome> outcomes)
    {
        await announcer.AnnounceAsync([.. outcomes]);
        return true;
    }

    // A data fault names no row, so the batch is halved until the one that MySQL refuses stands alone; the others are written.
    private async Task<IReadOnlyList<IntakeOutcome>> WriteAsync(int table, IReadOnlyList<ReservationMessage> reservations, CancellationToken stop)
    {
        try
        {
            return await RepeatAsync("mysql", () => writer.WriteAsync(table, reservations, stop), stop);
        }
        catch (DbException fault) when (MySqlErrors.IsDataFault(fault))
        {
            if (reservations.Count == 1)
            {
                log.ReservationRejected(reservations[0].OrderId.ToString(), fault);
                return [new IntakeOutcome(reservations[0], IntakeVerdict.Rejected, 0, OrderFailure.InvalidData, IsNew: false)];
            }

            int half = reservations.Count / 2;
            IReadOnlyList<IntakeOutcome> first = await WriteAsync(table, [.. reservations.Take(half)], stop);
            IReadOnlyList<IntakeOutcome> second = await WriteAsync(table, [.. reservations.Skip(half)], stop);
            return [.. first, .. second];
        }
    }

    /// <remarks>After an unknown commit the same batch is simply repeated: rows that stand are read back as such.</remarks>
    private async Task<T> RepeatAsync<T>(string stage, Func<Task<T>> attempt, CancellationToken stop)
    {
        TimeSpan pause = FirstPause;
        while (true)
        {
            try
            {
                return await attempt();
            }
            catch (DbException fault) when (MySqlErrors.IsDataFault(fault))
            {
                throw;
            }
            catch (DbException conflict) when (MySqlErrors.IsLockConflict(conflict))
            {
                // Ordinary between workers: at once again, after a random moment that parts the two.
                OrderMetrics.Retries.Add(1, new KeyValuePair<string, object?>("stage", "lock"));
                await Task.Delay(TimeSpan.FromMilliseconds(1 + (20 * Random.Shared.NextDouble())), time, stop);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                OrderMetrics.Retries.Add(1, new KeyValuePair<string, object?>("stage", stage));
                log.IntakeBlocked(stage, fault);
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, stop);
                pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
            }
        }
    }

    private void Count(IReadOnlyCollection<IntakeOutcome> outcomes)
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (IntakeOutcome outcome in outcomes)
        {
            if (!outcome.IsNew)
            {
                OrderMetrics.Repeated.Add(1);
                continue;
            }

            OrderMetrics.TimeToOrder.Record((now - outcome.Reservation.ReservedAt).TotalSeconds);
            OrderMetrics.Written.Add(1, new KeyValuePair<string, object?>("status", outcome.Verdict == IntakeVerdict.Created ? "pending-payment" : "failed"));
            if (outcome.Verdict == IntakeVerdict.Failed)
            {
                log.OrderRefused(outcome.Reservation.OrderId.ToString(), outcome.Reservation.UserId.Value, outcome.Reason ?? "unknown");
            }
        }
    }

    private KafkaRecord DeadLetter(IntakeOutcome outcome)
    {
        MessagingMetrics.DeadLetters.Add(1);
        KafkaRecord record = ReservationCodec.Encode(outcome.Reservation);
        return record with { Topic = KafkaTopics.DeadLetters.Name, Headers = Aside(ReservationMessage.Type, outcome.Reason!, KafkaTopics.Reservations.Name) };
    }

    private List<KeyValuePair<string, string>> Aside(string type, string error, string origin) =>
    [
        new(MessageHeaders.Type, type), new(MessageHeaders.Error, error), new(MessageHeaders.Origin, origin),
        new(MessageHeaders.FailedAt, time.GetUtcNow().ToString("O")),
    ];
}
