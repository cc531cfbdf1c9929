using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Seckill.Core.Admission;
using Seckill.Core.Audit;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using StackExchange.Redis;

namespace Seckill.Core.Sales;

/// <summary>Changes sales: MySQL first, then the copy and the stock in Redis, then whoever watches. Every step may be repeated. Thread-safe.</summary>
/// <remarks>
/// Throws <see cref="DbException"/> when MySQL is away, and <see cref="StockUnavailableException"/>, <see cref="RedisException"/> or <see cref="TimeoutException"/> when Redis is:
/// then the change stands in MySQL, and warm-up (or the catalog's own mending) completes it.
/// </remarks>
public sealed class SaleDirector(
    SaleStore sales, SalePublisher publisher, SaleCatalog catalog, StockWarmUp stock, SaleBroadcaster broadcaster, TimeProvider time, ILogger<SaleDirector> log)
{
    /// <summary>Makes a sale, and warms it up unless that shall wait (<see cref="NewSale.WarmUp"/>).</summary>
    public async Task<Sale> CreateAsync(NewSale draft, AuditNote? audit = null, CancellationToken stop = default)
    {
        Sale sale = await sales.CreateAsync(draft, audit, stop);
        if (!draft.WarmUp)
        {
            await AnnounceAsync(sale, stop);
        }
        else if (await WarmUpAsync(sale, stop) is WarmUpOutcome.NeedsRecovery)
        {
            // An id that was made this moment can have lost nothing: somebody else writes our keys.
            throw new InvalidOperationException($"Sale {sale.Id} is new, and yet parts of its buckets stand in Redis already.");
        }

        await BroadcastAsync(sale);
        return sale;
    }

    /// <summary>Opens, pauses or closes a sale by hand; null when there is no such sale. Its effective state may differ: no hand opens a window that is over. One that is opened is warmed up before.</summary>
    public async Task<Sale?> SetStateAsync(SaleId id, SaleState state, AuditNote? audit = null, CancellationToken stop = default)
    {
        // By the guards, not by whether the items are fixed: a warm-up may have begun and failed.
        if (state is SaleState.Open && (await sales.ListGuardsAsync(id, stop)).Any(guard => !guard.Warmed))
        {
            await WarmUpAsync(id, stop);
        }

        return await TellAsync(await sales.SetStateAsync(id, state, audit, stop), stop);
    }

    /// <summary>Lets a paused sale go on as its window says; null when there is no such sale.</summary>
    public async Task<Sale?> ResumeAsync(SaleId id, AuditNote? audit = null, CancellationToken stop = default) => await TellAsync(await sales.ResumeAsync(id, audit, stop), stop);

    /// <summary>Changes how a sale lets users in, also while it runs; null when there is no such sale. Every node goes by it within <see cref="SaleCatalog.PollInterval"/>.</summary>
    public async Task<Sale?> SetAdmissionAsync(SaleId id, SaleAdmission admission, AuditNote? audit = null, CancellationToken stop = default) =>
        await TellAsync(await sales.SetAdmissionAsync(id, admission, audit, stop), stop);

    /// <summary>Gives a sale that has not begun another name and window, and other items unless they are fixed; see <see cref="SaleStore.EditAsync"/>.</summary>
    public async Task<SaleEdit> EditAsync(
        SaleId id, string name, SaleWindow window, IReadOnlyList<SaleItem>? items = null, AuditNote? audit = null, CancellationToken stop = default)
    {
        SaleEdit edit = await sales.EditAsync(id, name, window, items, audit, stop);
        if (edit is { Outcome: SaleEditOutcome.Edited, Sale: { } sale })
        {
            await AnnounceAsync(sale, stop);
            await BroadcastAsync(sale);
        }

        return edit;
    }

    /// <summary>Adds users to the list of a restricted sale. When this returns no node refuses any of them any more.</summary>
    /// <param name="id">The sale.</param>
    /// <param name="users">Users, also such as are on the list already.</param>
    /// <param name="audit">Written with the change; null for none.</param>
    /// <param name="stop">Ends the wait. What was written stands; the call may be repeated.</param>
    /// <returns>What became of it. Takes <see cref="EligibilityGate.AnnounceFor"/>: a node that has not heard of the new version until then no longer trusts its filter.</returns>
    public async Task<EligibleUpload> AddEligibleAsync(SaleId id, IReadOnlyCollection<UserId> users, AuditNote? audit = null, CancellationToken stop = default)
    {
        EligibleUpload upload = await sales.AddEligibleAsync(id, users, audit, stop);
        if (upload.Sale is { } sale)
        {
            await publisher.PublishEligibleAsync(sale, users);
            long announcedAt = time.GetTimestamp();

            // The catalog's version rises with it: a promoted replica that lacks these users is known by it, and mended.
            await publisher.PublishAsync(sale);
            TimeSpan left = EligibilityGate.AnnounceFor - time.GetElapsedTime(announcedAt);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, stop);
            }
        }

        return upload;
    }

    /// <summary>Brings a sale into Redis, however often it is called: the copy, the list of users, the stock.</summary>
    public async Task<WarmUpOutcome> WarmUpAsync(SaleId id, CancellationToken stop = default) =>
        await sales.FindAsync(id, stop) is { } sale ? await WarmUpAsync(sale, stop) : WarmUpOutcome.UnknownSale;

    private async Task<WarmUpOutcome> WarmUpAsync(Sale found, CancellationToken stop)
    {
        // First, and read again with it: an edit of the items comes before, and is warmed up, or is refused. A warm-up that fails half-way leaves them fixed; it is repeated, never taken back.
        Sale sale = found.ItemsFixed ? found : (await sales.FixItemsAsync(found.Id, stop))!;
        await PublishListAsync(sale, stop);
        WarmUpOutcome outcome = WarmUpOutcome.Warm;
        IReadOnlyList<StockGuard> guards = await sales.ListGuardsAsync(sale.Id, stop);
        foreach (SaleItem item in sale.Items)
        {
            StockGuard guard = guards.Single(guard => guard.Sku == item.Sku);

            // A bucket that MySQL knows as warmed or sold from, and that Redis does not have, was lost. Reservations may still be on
            // their way through Kafka, so no count in MySQL says how many units are left: only a rebuild does.
            bool mayCreate = !guard.Warmed && guard.Sold == 0;
            WarmStatus status = await stock.WarmAsync(sale.SegmentsOf(item), guard.Units, item.PerUserLimit, guard.Epoch, mayCreate);
            if (status is WarmStatus.Absent or WarmStatus.Damaged or WarmStatus.Recovering)
            {
                log.BucketNeedsRecovery(sale.BucketOf(item), status);
                outcome = WarmUpOutcome.NeedsRecovery;
            }
            else if (!guard.Warmed)
            {
                // After the bucket, not before: a mark without a bucket would need a recovery although nothing was sold. A crash in between
                // leaves a bucket without a mark, which the next warm-up mends.
                await sales.MarkWarmedAsync(sale.Id, item.Sku, stop);
            }
        }

        // Last: grabs begin once the catalog shows the sale, and should find its stock.
        await publisher.PublishAsync(sale);
        await catalog.RefreshAsync(stop);
        return outcome;
    }

    // The copy and the list of users, which expires by the window; the stock is not touched.
    private async Task AnnounceAsync(Sale sale, CancellationToken stop)
    {
        await PublishListAsync(sale, stop);
        await publisher.PublishAsync(sale);
        await catalog.RefreshAsync(stop);
    }

    private async Task PublishListAsync(Sale sale, CancellationToken stop)
    {
        if (sale.Restricted)
        {
            await publisher.PublishEligibleAsync(sale, await sales.ListEligibleAsync(sale.Id, stop));
        }
    }

    private async Task<Sale?> TellAsync(Sale? sale, CancellationToken stop)
    {
        if (sale is not null)
        {
            await publisher.PublishAsync(sale);
            await catalog.RefreshAsync(stop);
            await BroadcastAsync(sale);
        }

        return sale;
    }

    private async Task BroadcastAsync(Sale sale)
    {
        try
        {
            byte[] payload = JsonSerializer.SerializeToUtf8Bytes(
                new { saleId = sale.Id, state = sale.StateAt(time.GetUtcNow(), catalog.IsKilled) }, JsonSerializerOptions.Web);
            await broadcaster.PublishAsync(sale.Id, PushTypes.SaleState, payload);
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or ArgumentException)
        {
            log.SaleStateNotBroadcast(sale.Id, fault);
        }
    }
}
