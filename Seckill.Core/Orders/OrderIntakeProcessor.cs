using System.Collections.Concurrent;
using System.Data.Common;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Payments;
using Seckill.Core.Receipts;

namespace Seckill.Core.Orders;

/// <summary>
/// Takes one batch of consumed messages all the way, in two stages: rows (<see cref="WriteAsync"/>), then words (<see cref="AnnounceAsync"/>): units given back, buyers told, deadlines
/// set, messages that cannot be written put aside or put off.
/// </summary>
/// <remarks>
/// Three kinds of trouble, told apart by what could mend them. A server that is away is never a reason to skip a message or to call it poison (F5): the stage waits and is
/// repeated. What only this message meets, and may pass, goes through the retry tiers. What no repetition can change goes to the dead letters, its unit back and its user
/// told. Every stage is idempotent, so redelivery mends what a crash cut off.
/// </remarks>
internal sealed class OrderIntakeProcessor(
    OrderWriter writer, StaleReservations stale, OrderAnnouncer announcer, KafkaProducer producer, ReservationReceipts receipts, MySqlCircuit circuit,
    FaultPoints faults, IOptions<OrderIntakeOptions> options, IOptions<PaymentOptions> payments, TimeProvider time, ILogger<OrderIntakeProcessor> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(options.Value.MaxBackoffMs);
    private readonly TimeSpan _window = payments.Value.Window;
    private readonly int _parallelTables = options.Value.ParallelTables;

    /// <summary>Both stages. Returns when all of the batch is done and its offsets may be stored.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>; what was not finished is mended by redelivery.</exception>
    public async Task ProcessAsync(IReadOnlyList<ConsumeResult<byte[]?, byte[]>> batch, CancellationToken stop) =>
        await AnnounceAsync(await WriteAsync(batch, stop), stop);

    /// <summary>Returns when every reservation of the batch that can be written is a committed row.</summary>
    /// <exception cref="OperationCanceledException">As for <see cref="ProcessAsync"/>.</exception>
    public async Task<WrittenBatch> WriteAsync(IReadOnlyList<ConsumeResult<byte[]?, byte[]>> batch, CancellationToken stop)
    {
        DateTimeOffset receivedAt = time.GetUtcNow();
        List<Item> items = new(batch.Count);
        List<KafkaRecord> records = [];
        IntakeSpans spans = new();
        foreach (ConsumeResult<byte[]?, byte[]> consumed in batch)
        {
            (ReservationMessage? reservation, string? fault) = ReservationCodec.Decode(consumed.Message, receivedAt);
            if (reservation is null)
            {
                records.Add(SetAside.Unroutable(consumed, fault!, time.GetUtcNow(), log));
            }
            else if (receipts.Check(reservation) is { } refusal)
            {
                // Put aside and nothing more: what somebody made up may name an order that stands, and must neither release its unit nor tell its user.
                log.ReservationRejected(reservation.OrderId.ToString(), refusal, null);
                records.Add(SetAside.DeadLetter(consumed, refusal, null, time.GetUtcNow()));
            }
            else
            {
                spans.Begin(reservation, receivedAt);
                items.Add(new Item(consumed, reservation));
            }
        }

        // Two tables at a time; within one, a single transaction. A user's orders are all in one table, so their order is kept.
        ConcurrentBag<IntakeOutcome> written = [];
        spans.BeginStep("mysql write", "mysql");
        await Parallel.ForEachAsync(
            items.Select(item => item.Reservation).GroupBy(one => OrderTables.Of(one.OrderId)),
            new ParallelOptions { MaxDegreeOfParallelism = _parallelTables, CancellationToken = stop },
            async (table, cancelled) =>
            {
                IReadOnlyList<IntakeOutcome> settled = await WriteTableAsync(table.Key, [.. table], cancelled);
                if (settled.Any(outcome => outcome.Verdict == IntakeVerdict.Stale))
                {
                    await RepeatAsync("stale", async () => settled = await stale.JudgeAsync(table.Key, settled, cancelled), cancelled);
                }

                foreach (IntakeOutcome outcome in settled)
                {
                    written.Add(outcome);
                }
            });
        spans.EndStep();
        IReadOnlyList<IntakeOutcome> outcomes = Judge(written, items, records);
        Count(outcomes);
        return new WrittenBatch(outcomes, records, spans);
    }

    /// <summary>Returns when the buyers are told and the batch's offsets may be stored.</summary>
    /// <remarks>Rows first, words second: a crash in between leaves rows that redelivery finds and tells of; the other way round buyers would hear of orders that are not there.</remarks>
    /// <exception cref="OperationCanceledException">As for <see cref="ProcessAsync"/>.</exception>
    public async Task AnnounceAsync(WrittenBatch batch, CancellationToken stop)
    {
        (IReadOnlyList<IntakeOutcome> outcomes, List<KafkaRecord> records, IntakeSpans spans) = batch;
        await faults.ReachAsync(FaultPoint.AfterCommitBeforePush);
        spans.BeginStep("mailbox append", "redis");
        await RepeatAsync("push", () => announcer.AnnounceAsync(outcomes, spans), stop);
        spans.End();

        // The deadlines of orders that stood already as well: the worker that wrote them may have died before this line.
        records.AddRange(PaymentDeadlines.Encode(
            outcomes.Where(outcome => outcome.Verdict == IntakeVerdict.Created && outcome.PayBy is not null).Select(outcome => (outcome.Reservation.OrderId, outcome.PayBy!.Value)), _window));
        if (records.Count > 0)
        {
            await producer.ProduceAsync(records, stop);
        }

        await faults.ReachAsync(FaultPoint.AfterPushBeforeOffsets);
    }

    /// <summary>Adds the records of what leaves its topic to <paramref name="aside"/>.</summary>
    /// <returns>The outcomes to tell of: without those that will be tried again, and with those whose tries are spent as rejected.</returns>
    private List<IntakeOutcome> Judge(IReadOnlyCollection<IntakeOutcome> written, List<Item> items, List<KafkaRecord> aside)
    {
        DateTimeOffset now = time.GetUtcNow();
        List<IntakeOutcome> told = new(written.Count);
        foreach (IntakeOutcome outcome in written)
        {
            if (outcome.Verdict is not (IntakeVerdict.Rejected or IntakeVerdict.Deferred))
            {
                told.Add(outcome);
                continue;
            }

            ConsumeResult<byte[]?, byte[]> consumed = items.First(item => item.Reservation == outcome.Reservation).Consumed;
            string order = outcome.Reservation.OrderId.ToString();
            if (outcome.Verdict == IntakeVerdict.Deferred && SetAside.Later(consumed, outcome.Fault?.Message ?? outcome.Reason!, now) is { } later)
            {
                log.ReservationDeferred(order, outcome.Reason!, SetAside.AttemptOf(consumed), outcome.Fault);
                aside.Add(later);
                continue;
            }

            log.ReservationRejected(order, outcome.Reason!, outcome.Fault);
            told.Add(outcome with { Verdict = IntakeVerdict.Rejected });
            if (!Planted.F4)
            {
                aside.Add(SetAside.DeadLetter(consumed, outcome.Reason!, outcome.Fault, now));
            }
        }

        return told;
    }

    private async Task<IReadOnlyList<IntakeOutcome>> WriteTableAsync(int table, IReadOnlyList<ReservationMessage> reservations, CancellationToken stop)
    {
        while (true)
        {
            IReadOnlyList<IntakeOutcome> outcomes = await BisectAsync(table, reservations, stop);
            if (reservations.Count == 1 || !outcomes.All(outcome => outcome.Reason == OrderFailure.UnknownFault))
            {
                return outcomes;
            }

            // The same unknown answer to every one of them speaks of the server, not of a message.
            circuit.Open(outcomes[0].Fault!);
        }
    }

    // A fault names no row, so the batch is halved until the one that MySQL refuses stands alone; the others are written.
    private async Task<IReadOnlyList<IntakeOutcome>> BisectAsync(int table, IReadOnlyList<ReservationMessage> reservations, CancellationToken stop)
    {
        try
        {
            return await WriteUnlessRefusedAsync(table, reservations, stop);
        }
        catch (Exception fault) when (IsRefusal(fault))
        {
            if (reservations.Count == 1)
            {
                return [Refused(reservations[0], fault)];
            }

            int half = reservations.Count / 2;
            IReadOnlyList<IntakeOutcome> first = await BisectAsync(table, [.. reservations.Take(half)], stop);
            IReadOnlyList<IntakeOutcome> second = await BisectAsync(table, [.. reservations.Skip(half)], stop);
            return [.. first, .. second];
        }
    }

    /// <remarks>After an unknown commit the same batch is simply repeated: rows that stand are read back as such.</remarks>
    private async Task<IReadOnlyList<IntakeOutcome>> WriteUnlessRefusedAsync(int table, IReadOnlyList<ReservationMessage> reservations, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await circuit.RunAsync(() => writer.WriteAsync(table, reservations, failure: null, stop), stop);
            }
            catch (DbException conflict) when (MySqlErrors.Classify(conflict) == MySqlFault.LockConflict)
            {
                // Ordinary between workers: at once again, after a random moment that parts the two.
                OrderMetrics.Retries.Add(1, new KeyValuePair<string, object?>("stage", "lock"));
                await Task.Delay(TimeSpan.FromMilliseconds(1 + (20 * Random.Shared.NextDouble())), time, stop);
            }
        }
    }

    private static bool IsRefusal(Exception fault) =>
        MySqlErrors.Classify(fault) is MySqlFault.Data or MySqlFault.Unknown || (Planted.F5 && fault is not OperationCanceledException);

    private static IntakeOutcome Refused(ReservationMessage reservation, Exception fault) => MySqlErrors.Classify(fault) == MySqlFault.Unknown
        ? new IntakeOutcome(reservation, IntakeVerdict.Deferred, 0, OrderFailure.UnknownFault, IsNew: false) { Fault = fault }
        : new IntakeOutcome(reservation, IntakeVerdict.Rejected, 0, OrderFailure.InvalidData, IsNew: false) { Fault = fault };

    private async Task RepeatAsync(string stage, Func<Task> attempt, CancellationToken stop)
    {
        TimeSpan pause = FirstPause;
        while (true)
        {
            try
            {
                await attempt();
                return;
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
                OrderMetrics.Refused.Add(1, new KeyValuePair<string, object?>("reason", outcome.Reason));
                log.OrderRefused(outcome.Reservation.OrderId.ToString(), outcome.Reservation.UserId.Value, outcome.Reason ?? "unknown");
            }
        }
    }

    /// <summary>A batch whose rows stand, and what is still to be said of it.</summary>
    /// <param name="Outcomes">What to tell.</param>
    /// <param name="Records">What leaves its topic for another.</param>
    /// <param name="Spans">Of those that are traced.</param>
    internal sealed record WrittenBatch(IReadOnlyList<IntakeOutcome> Outcomes, List<KafkaRecord> Records, IntakeSpans Spans);

    private readonly record struct Item(ConsumeResult<byte[]?, byte[]> Consumed, ReservationMessage Reservation);
}
