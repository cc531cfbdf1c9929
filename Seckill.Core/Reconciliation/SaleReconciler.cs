using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Messaging;
using Seckill.Core.Outbox;
using Seckill.Core.Receipts;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Reconciliation;

/// <summary>Holds a sale in Redis, Kafka and MySQL against one another, names every difference and mends what is safe to mend.</summary>
/// <remarks>
/// Safe at any moment, also from several processes at once: a message too many meets an idempotent intake, a release too many finds nothing held, a fence too many stands already, a recount is one
/// transaction. Stock is never computed from rows here: where it is wrong, the bucket is fenced and the guardian rebuilds it after it has drained the pipeline. Nothing is compared while anything
/// is under way (outbox, Kafka, a recovery, or a version that moves), and what is younger than <see cref="ReconciliationOptions.MinAge"/> is not judged.
/// </remarks>
internal sealed class SaleReconciler(
    StockStore stock, ChunkMover mover, RedisConnection redis, RecoveryStore recovery, BucketRebuild rebuild, KafkaProducer producer, ReservationReceipts receipts, Func<long> measureLag, ReconciliationStore store,
    IOptions<ReconciliationOptions> options, TimeProvider time, ILogger<SaleReconciler> log)
{
    /// <summary>Findings that a report lists; the rest is counted.</summary>
    public const int MaxFindings = 1_000;

    private const int Attempts = 3;

    private readonly ReconciliationOptions _options = options.Value;

    /// <summary>Compares one sale; null when there is no such sale.</summary>
    /// <param name="id">The sale.</param>
    /// <param name="repair">Mend what is safe to mend.</param>
    /// <param name="cause">Why it runs.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="System.Data.Common.DbException">MySQL is away.</exception>
    /// <exception cref="StockUnavailableException">Redis is away.</exception>
    public async Task<ReconciliationReport?> ReconcileAsync(SaleId id, bool repair, string cause, CancellationToken stop)
    {
        IReadOnlyList<StockSegments> skus = await store.ListSkusAsync(id, stop);
        if (skus.Count == 0)
        {
            return null;
        }

        DateTimeOffset at = time.GetUtcNow();
        long started = time.GetTimestamp();
        List<BucketLedger> ledgers = [];
        List<Finding> findings = [];
        int count = 0;
        long? lag = MeasureLag();
        foreach (StockSegments segments in skus)
        {
            (BucketLedger ledger, IReadOnlyList<Finding> found) = await CompareAsync(segments, stop);
            ledgers.Add(ledger);
            count += found.Count;
            findings.AddRange(repair ? await RepairAsync(segments, found, ledger.Epoch, stop) : found);
            if (found.Count > 0)
            {
                log.DifferencesFound(segments[0], found.Count, string.Join(", ", found.Select(finding => finding.Difference).Distinct()));
            }
        }

        return new ReconciliationReport(id, cause, at, (long)time.GetElapsedTime(started).TotalMilliseconds, lag, ledgers, count, [.. findings.Take(MaxFindings)]);
    }

    // A segmented SKU is compared as if it were one bucket, its first: the units of all parts, and the buyers of all buckets.
    private async Task<(BucketLedger Ledger, IReadOnlyList<Finding> Findings)> CompareAsync(StockSegments segments, CancellationToken stop)
    {
        StockBucket bucket = segments[0];
        StockBucket[] parts = [.. segments.Everything];
        for (int attempt = 1; ; attempt++)
        {
            BucketLook[] looks = await LookAsync(parts);
            BucketLook before = Sum(looks);
            long? lag = MeasureLag();
            SaleRows rows = await store.ReadAsync(bucket, stop) ?? throw new InvalidOperationException($"{bucket} has no guard.");
            BucketLedger Ledger(string? pending, long held = -1) =>
                new(bucket.ToString(), rows.Units, before.Left, held, rows.Active, rows.Sold, before.OutboxLength, rows.Epoch, pending);

            if (Array.Exists(looks, look => look.IsFenced))
            {
                return (Ledger("a recovery is under way"), []);
            }

            int missing = Array.FindIndex(looks, look => !look.IsWhole);
            if (rows.Warmed && missing >= 0)
            {
                return (Ledger(null), [Found(Difference.BucketMissing, parts[missing], $"{rows.Sold} orders, and no stock in Redis", Repair.Rebuild)]);
            }

            if (missing >= 0)
            {
                return (Ledger("not warmed up yet"), []);
            }

            if (Array.FindIndex(looks, look => look.Epoch != rows.Epoch) is >= 0 and int behind)
            {
                return (Ledger(null), [Found(Difference.BucketBehind, parts[behind], $"epoch {looks[behind].Epoch} in Redis, {rows.Epoch} in MySQL", Repair.Rebuild)]);
            }

            if (before.OutboxLength > 0)
            {
                TimeSpan waited = (await Task.WhenAll(segments.All.Select(OldestAsync))).Max();
                return waited > _options.StuckAfter
                    ? (Ledger(null), [Found(Difference.OutboxStuck, bucket, $"{before.OutboxLength} batches, the oldest for {waited.TotalSeconds:F0} s", Repair.None)])
                    : (Ledger($"{before.OutboxLength} batches await Kafka"), []);
            }

            if (lag is not 0)
            {
                return (Ledger(lag is null ? "Kafka does not answer" : $"{lag} messages await the intake"), []);
            }

            // What somebody has left half done is finished here at the latest: its units would be in nobody's count.
            bool isMoving = segments.IsSegmented && await mover.FinishAllAsync(segments) > 0;
            if (await ReadBuyersAsync(segments) is not { } buyers)
            {
                log.BucketTooLarge(bucket, _options.MaxBuyers);
                return (Ledger($"more than {_options.MaxBuyers} buyers"), []);
            }

            // Every reservation and release raises the version: unmoved, all of this was one moment, and no message was under way in it.
            BucketLook[] after = await LookAsync(parts);
            if (!isMoving && after.SequenceEqual(looks))
            {
                DateTimeOffset settledBefore = time.GetUtcNow() - _options.MinAge;
                return (Ledger(null, buyers.Values.Sum(held => HeldOrders.Parse(held).Count)), [.. BucketComparison.Compare(bucket, before, buyers, rows, settledBefore)]);
            }

            if (attempt == Attempts)
            {
                return (Ledger("the bucket sells too fast to be read"), []);
            }
        }
    }

    private Task<BucketLook[]> LookAsync(StockBucket[] parts) => Task.WhenAll(parts.Select(stock.LookAsync));

    private static BucketLook Sum(BucketLook[] looks) => looks.Length == 1 ? looks[0] : looks[0] with
    {
        Left = looks.Sum(look => look.Left),
        Total = looks.Sum(look => look.Total),
        OutboxLength = looks.Sum(look => look.OutboxLength),
    };

    /// <summary>The buyers of all buckets, each user in one of them; null when they are too many.</summary>
    private async Task<Dictionary<string, string>?> ReadBuyersAsync(StockSegments segments)
    {
        if (!segments.IsSegmented)
        {
            return await stock.ReadBuyersAsync(segments[0], _options.MaxBuyers);
        }

        Dictionary<string, string> all = [];
        foreach (StockBucket bucket in segments.All)
        {
            if (await stock.ReadBuyersAsync(bucket, _options.MaxBuyers - all.Count) is not { } buyers)
            {
                return null;
            }

            foreach ((string user, string held) in buyers)
            {
                all[user] = held;
            }
        }

        return all;
    }

    private async Task<IReadOnlyList<Finding>> RepairAsync(StockSegments segments, IReadOnlyList<Finding> findings, long epoch, CancellationToken stop)
    {
        StockBucket bucket = segments[0];
        // A rebuild settles whatever else is wrong with the bucket, from rows that the other repairs may be about to change: so it goes last, and alone decides about the stock.
        // Of a sale that has been over for long nobody rebuilds a bucket any more: a fence would only shut it.
        bool isRebuilt = findings.Any(finding => finding.Repair is Repair.Rebuild) && await recovery.IsWatchedAsync(bucket.Sale, stop);
        List<Finding> mended = new(findings.Count);
        await RepublishAsync(segments, epoch, [.. findings.Where(finding => finding.Repair is Repair.Republish)], stop);
        foreach (Finding finding in findings)
        {
            switch (finding.Repair)
            {
                case Repair.Release:
                    UserId holder = new(finding.UserId!);
                    await stock.ReleaseAsync(segments.BucketOf(holder), holder, OrderOf(finding));
                    ReconciliationMetrics.Released.Add(1);
                    break;
                case Repair.Recount:
                    await store.RecountAsync(bucket, stop);
                    break;
            }

            mended.Add(finding with { Repaired = finding.Repair is not Repair.None && (finding.Repair is not Repair.Rebuild || isRebuilt) });
        }

        if (isRebuilt)
        {
            BucketLook look = await stock.LookAsync(bucket);
            await rebuild.FenceAsync(bucket, Math.Max(look.Epoch, epoch) + 1);
        }

        return mended;
    }

    private async Task RepublishAsync(StockSegments segments, long epoch, IReadOnlyList<Finding> lost, CancellationToken stop)
    {
        if (lost.Count == 0 || Planted.F2)
        {
            return;
        }

        Dictionary<string, string> buyers = await ReadBuyersAsync(segments) ?? [];
        BucketLook[] looks = await LookAsync([.. segments.All]);
        List<KafkaRecord> records = [];
        foreach (Finding finding in lost)
        {
            OrderId order = OrderOf(finding);
            StockBucket bucket = segments.BucketOf(new UserId(finding.UserId!));
            foreach (HeldOrder held in HeldOrders.Parse(buyers.GetValueOrDefault(finding.UserId!)).Where(held => held.Order == order))
            {
                records.Add(ReservationCodec.Encode(receipts.Sign(new ReservationMessage(
                    order, bucket.Sale, bucket.Sku, bucket.Index, new UserId(finding.UserId!), held.Slot, epoch, looks[bucket.Index].Version, SnowflakeIds.TimeOf(order.Value)))));
            }
        }

        await producer.ProduceAsync(records, stop);
        ReconciliationMetrics.Republished.Add(records.Count);
    }

    private async Task<TimeSpan> OldestAsync(StockBucket bucket)
    {
        (_, long? oldestMs) = await new OutboxStream(redis, bucket, "reconciliation").MeasureAsync();
        return oldestMs is { } oldest ? TimeSpan.FromMilliseconds(Math.Max(0, time.GetUtcNow().ToUnixTimeMilliseconds() - oldest)) : TimeSpan.Zero;
    }

    private long? MeasureLag()
    {
        try
        {
            return measureLag();
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    private static OrderId OrderOf(Finding finding) => OrderId.TryParse(finding.OrderId, out OrderId order) ? order : throw new FormatException($"'{finding.OrderId}' is no order id.");

    private static Finding Found(Difference difference, StockBucket bucket, string detail, Repair repair) => new(difference, bucket.ToString(), null, null, detail, repair, false);
}
