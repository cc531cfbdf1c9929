using Microsoft.Extensions.Hosting;
using Seckill.Core.Ids;
using Seckill.Core.Sales;

namespace Seckill.Core.Admission;

/// <summary>Holds each sale to its <see cref="SaleAdmission.RatePerSecond"/> and <see cref="SaleAdmission.Burst"/> over all nodes; the loop forgets sales that left the catalog.</summary>
/// <remarks>Thread-safe. Only sales of the catalog are asked about, so there are at most <see cref="SaleCatalog.MaxSales"/> buckets.</remarks>
internal sealed class SaleLimiter(Func<CatalogSnapshot> catalog, TokenLender lend, RedisAbsence absence, AdmissionOptions options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly SharedTokenBuckets<SaleId> _buckets = new(AdmissionKeys.SaleBucket, lend, absence, options.ExpectedNodes, SaleCatalog.MaxSales, time);

    /// <summary>Sales with a bucket on this node.</summary>
    public int Count => _buckets.Count;

    /// <summary>Takes a token of a sale.</summary>
    /// <returns>Zero when there was one, or the sale has no limit; else how long until the next.</returns>
    public ValueTask<TimeSpan> TakeAsync(Sale sale) =>
        sale.Admission.RatePerSecond > 0 ? _buckets.TakeAsync(sale.Id, new TokenRate(sale.Admission.RatePerSecond, Math.Max(1, sale.Admission.Burst))) : default;

    /// <summary>Gives a token back: a later gate has refused the grab.</summary>
    public void GiveBack(Sale sale) => _buckets.GiveBack(sale.Id);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            ForgetGoneSales();
        }
    }

    internal void ForgetGoneSales()
    {
        CatalogSnapshot snapshot = catalog();
        _buckets.Forget(sale => snapshot.TryFind(sale, out _));
    }
}
