using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Messaging;
using Seckill.Core.Receipts;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Outbox;

/// <summary>
/// Carries one bucket's outbox to Kafka, a batch at a time: read, produce, wait for every delivery report, remove. Many run side by side on one
/// Redis connection and one producer.
/// </summary>
/// <remarks>
/// Crash windows (F1): before the read, entries stand in the stream; after it, they lie with this consumer until another claims them; after the produce and before the
/// removal they are produced twice, and order intake does not mind. Nothing is removed that Kafka has not acknowledged.
/// </remarks>
internal sealed class BucketRelay(
    StockBucket bucket, OutboxStream stream, RelayLiveness liveness, KafkaProducer producer, ReservationReceipts receipts, SemaphoreSlim flights, OutboxOptions options, Func<TimeSpan> idlePause,
    FaultPoints faults, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromMilliseconds(500);

    private readonly TimeSpan _claimAfter = TimeSpan.FromMilliseconds(options.ClaimAfterMs);
    private readonly Queue<string> _dead = [];
    private long _claimedAt = time.GetTimestamp();
    private long _deathsSeen;

    public OutboxStream Stream => stream;

    /// <summary>Runs until <paramref name="stop"/>; a fault is logged and the same entries are tried again.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (!await RelayOnceAsync(stop))
                {
                    await Task.Delay(idlePause(), time, stop);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            catch (Exception fault)
            {
                log.RelayFaulted(bucket.ToString(), fault);
                // What was read but not carried out lies with this consumer; the next claim brings it back.
                await Task.Delay(FaultPause, time, CancellationToken.None);
            }
        }
    }

    /// <returns>True when there was work.</returns>
    private async Task<bool> RelayOnceAsync(CancellationToken stop)
    {
        // Left-over entries first and by the clock, not only when idle: a busy sale must not starve the winners of a relay that died.
        IReadOnlyList<RawOutboxEntry> entries = await ClaimFromTheDeadAsync();
        if (entries.Count == 0 && time.GetElapsedTime(_claimedAt) > _claimAfter / 2)
        {
            entries = await ClaimAsync();
        }

        if (entries.Count == 0)
        {
            entries = await stream.ReadAsync(options.EntriesPerRead);
        }

        if (entries.Count == 0)
        {
            return false;
        }

        DateTimeOffset takenAt = time.GetUtcNow();
        await flights.WaitAsync(stop);
        try
        {
            await CarryAsync(entries, takenAt, stop);
        }
        finally
        {
            flights.Release();
        }

        return true;
    }

    /// <remarks>A relay that has let its sign of life run out is dead, or as good as: what lies with it need not wait until it has lain there for long.</remarks>
    private async Task<IReadOnlyList<RawOutboxEntry>> ClaimFromTheDeadAsync()
    {
        foreach (string dead in liveness.DeathsSince(ref _deathsSeen))
        {
            _dead.Enqueue(dead);
        }

        while (_dead.TryPeek(out string? dead))
        {
            IReadOnlyList<RawOutboxEntry> entries = await stream.ClaimFromAsync(dead, options.EntriesPerRead);
            if (entries.Count > 0)
            {
                OutboxMetrics.Claimed.Add(entries.Count);
                log.RelayClaimed(entries.Count, bucket.ToString());
                return entries; // There may be more: the name stays at the head.
            }

            _dead.Dequeue();
        }

        return [];
    }

    private async Task<IReadOnlyList<RawOutboxEntry>> ClaimAsync()
    {
        // This loop handles one batch at a time, so nothing that lies with its own consumer is under way: whatever comes is left over.
        IReadOnlyList<RawOutboxEntry> entries = await stream.ClaimAsync(_claimAfter, options.EntriesPerRead);
        if (entries.Count == 0)
        {
            _claimedAt = time.GetTimestamp(); // Otherwise there may be more: ask again at once.
            return entries;
        }

        OutboxMetrics.Claimed.Add(entries.Count);
        log.RelayClaimed(entries.Count, bucket.ToString());
        return entries;
    }

    private async Task CarryAsync(IReadOnlyList<RawOutboxEntry> entries, DateTimeOffset takenAt, CancellationToken stop)
    {
        List<KafkaRecord> records = [];
        List<Activity> spans = [];
        int reservations = 0;
        foreach (RawOutboxEntry raw in entries)
        {
            try
            {
                OutboxEntry entry = raw.Parse(bucket);
                records.AddRange(RawOutboxEntry.Unpack(entry, takenAt).Select(reservation => ReservationCodec.Encode(receipts.Sign(Trace(reservation, takenAt, spans)))));
                reservations += entry.Winners.Count;
            }
            catch (FormatException fault)
            {
                log.OutboxEntryMalformed(raw.Id, bucket.ToString(), fault.Message);
                OutboxMetrics.Malformed.Add(1);
                records.Add(Unroutable(raw, fault));
            }
        }

        if (Planted.F1)
        {
            await stream.RemoveAsync([.. entries.Select(entry => entry.Id)]);
        }

        await faults.ReachAsync(FaultPoint.AfterReadBeforeProduce);
        await producer.ProduceAsync(records, stop);
        spans.ForEach(span => TraceContext.End(span));
        await faults.ReachAsync(FaultPoint.AfterProduceBeforeRemove);

        // After every delivery report, never before: the entry is our only record of the promise until Kafka has it.
        await RemoveAsync([.. entries.Select(entry => entry.Id)], stop);
        OutboxMetrics.Relayed.Add(reservations);
    }

    // A span for each traced winner, and what comes after hangs on it. Where nobody listens the trace goes on as it came. One whose produce never ends is never exported: the next relay has its own.
    private static ReservationMessage Trace(ReservationMessage reservation, DateTimeOffset takenAt, List<Activity> spans)
    {
        if (TraceContext.Begin("outbox relay", ActivityKind.Producer, reservation.Trail.TraceParent, takenAt) is not { } span)
        {
            return reservation;
        }

        span.SetTag("messaging.system", "kafka").SetTag("messaging.destination.name", KafkaTopics.Reservations.Name);
        spans.Add(span);
        return reservation with { Trail = reservation.Trail with { TraceParent = span.Id } };
    }

    private async Task RemoveAsync(IReadOnlyList<string> ids, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await stream.RemoveAsync(ids);
                return;
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException && !stop.IsCancellationRequested)
            {
                // Repeating the removal is free; giving up would produce the whole batch again.
                log.RelayFaulted(bucket.ToString(), fault);
                await Task.Delay(FaultPause, time, stop);
            }
        }
    }

    private KafkaRecord Unroutable(RawOutboxEntry raw, FormatException fault) => new(
        KafkaTopics.Unroutable.Name, Key: null, JsonSerializer.SerializeToUtf8Bytes(raw.Fields, MessagingJson.Default.StringArray),
        [
            new(MessageHeaders.Type, "outbox-entry"),
            new(MessageHeaders.Error, fault.Message),
            new(MessageHeaders.Origin, $"{new StockKeys(bucket).Outbox}/{raw.Id}"),
            new(MessageHeaders.FailedAt, time.GetUtcNow().ToString("O")),
        ]);
}
