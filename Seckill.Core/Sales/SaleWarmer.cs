using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;

namespace Seckill.Core.Sales;

/// <summary>Warms up sales whose window is near and whom nobody has warmed up, or not to the end, so that none begins without its stock. Every Api node runs one: without an Api nobody can grab either, and a warm-up may be repeated, also by two at once.</summary>
public sealed class SaleWarmer(SaleStore sales, SaleDirector director, TimeProvider time, ILogger<SaleWarmer> log) : BackgroundService
{
    /// <summary>How long before its window a sale is warmed up at the latest: 1 min, room for a dozen attempts.</summary>
    public static TimeSpan Lead { get; } = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using PeriodicTimer timer = new(Interval, time);
            do
            {
                await WarmUpAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task WarmUpAsync(CancellationToken stop)
    {
        try
        {
            foreach (SaleId sale in await sales.ListColdAsync(time.GetUtcNow() + Lead, stop))
            {
                if (await director.WarmUpAsync(sale, stop) is WarmUpOutcome.Warm)
                {
                    log.SaleWarmedUp(sale);
                }
            }
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            // MySQL or Redis is away: what is due is so with the next tick.
            log.SalesNotWarmedUp(fault);
        }
    }
}
