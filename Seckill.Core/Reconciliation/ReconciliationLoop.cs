using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Seckill.Core.Database;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Locking;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;

namespace Seckill.Core.Reconciliation;

/// <summary>Compares and mends every sale on a schedule, and once more when it is over. Runs in one Worker at a time.</summary>
/// <remarks>
/// A sale whose buckets have not moved since a clean pass is not compared again, so that sales at rest cost one look each. Kept are the reports that found something and those that close a
/// sale's books.
/// </remarks>
internal sealed class ReconciliationLoop(
    SingleRunner runner, SaleReconciler reconciler, ReconciliationStore store, StockStore stock, SchemaGate schema, IOptions<ReconciliationOptions> options, TimeProvider time,
    ILogger<ReconciliationLoop> log) : BackgroundService
{
    /// <summary>The lock of this job: one worker reconciles, the others stand by. It only spares the work; the repairs bear company, so their writes carry no token.</summary>
    private const string Resource = "reconciliation";

    private readonly ReconciliationOptions _options = options.Value;
    private readonly Dictionary<SaleId, string> _settled = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
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
                await PassAsync(stop);
            }
            catch (Exception fault) when (fault is not StaleHolderException && (fault is not OperationCanceledException || !stop.IsCancellationRequested))
            {
                log.ReconciliationPutOff(fault);
            }
        }
    }

    private async Task PassAsync(CancellationToken stop)
    {
        IReadOnlyList<(SaleId Sale, bool IsOver)> due = await store.ListDueAsync(time.GetUtcNow(), stop);
        foreach (SaleId gone in _settled.Keys.Except(due.Select(one => one.Sale)).ToList())
        {
            _settled.Remove(gone);
        }

        foreach ((SaleId sale, bool isOver) in due)
        {
            string state = await StateAsync(sale, stop);
            if (!isOver && _settled.GetValueOrDefault(sale) == state)
            {
                continue;
            }

            if (await reconciler.ReconcileAsync(sale, repair: true, isOver ? ReconciliationStore.CloseCause : "schedule", stop) is not { } report)
            {
                continue;
            }

            ReconciliationMetrics.Findings.Add(report.FindingCount);
            if (report.FindingCount > 0 || (isOver && report.Conclusive))
            {
                await store.SaveAsync(report, stop);
            }

            if (report.Conclusive && report.FindingCount == 0 && report.Buckets.All(bucket => bucket.Held == bucket.Active))
            {
                _settled[sale] = state;
            }
            else
            {
                _settled.Remove(sale);
            }
        }

        ReconciliationMetrics.CompletedAt.Record(time.GetUtcNow().ToUnixTimeMilliseconds() / 1_000.0);
    }

    // Redis by its versions, MySQL by its guards: whatever moves a unit moves one of them.
    private async Task<string> StateAsync(SaleId sale, CancellationToken stop)
    {
        IReadOnlyList<StockSegments> skus = await store.ListSkusAsync(sale, stop);
        BucketLook[] looks = await Task.WhenAll(skus.SelectMany(sku => sku.Everything).Select(stock.LookAsync));
        string guards = await store.ReadGuardsAsync(sale, stop);
        return string.Join('|', looks.Select(look => $"{look.RunId} {look.Epoch} {look.Version} {look.Left} {look.OutboxLength}").Prepend(guards));
    }
}
