using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.GrabTokens;
using Seckill.Core.Ids;
using Seckill.Core.Live;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using StackExchange.Redis;

namespace Seckill.Core.Grab;

/// <summary>What the grab path needs once a second: takes the counts of <see cref="GrabOutcomes"/> to Redis, where all nodes' counts meet, and lets go of sales that left the catalog.</summary>
/// <remarks>Counts are for people: a node that dies takes at most its last second along, and a repeated flush after a time-out may count twice.</remarks>
public sealed class GrabUpkeep(
    RedisConnection redis, SaleCatalog catalog, GrabOutcomes outcomes, LiveFigures live, GrabCoalescer coalescer, SegmentedGrabs segmented, SoldOutBoard board, RefusalRates refusals, TimeProvider time, ILogger<GrabUpkeep> log) : BackgroundService
{
    /// <summary>hash: outcome's name -> grabs. Kept for <see cref="Lifetime"/> after the last grab.</summary>
    public static RedisKey Key(SaleId sale) => $"seckill:outcomes:{sale}";

    /// <summary>How long the counts of a sale stay: 30 days.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(30);

    /// <summary>The counts of a sale over all nodes, up to the last flush: outcome's name -> grabs.</summary>
    public async Task<IReadOnlyDictionary<string, long>> ReadAsync(SaleId sale)
    {
        HashEntry[] entries = await redis.RunAsync(db => db.HashGetAllAsync(Key(sale)));
        return entries.ToDictionary(entry => (string)entry.Name!, entry => (long)entry.Value);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await FlushAsync();
                ForgetGoneSales();
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException or OperationCanceledException && !stoppingToken.IsCancellationRequested)
            {
                log.OutcomesNotFlushed(fault);
            }
        }
    }

    private async Task FlushAsync()
    {
        long second = live.NextSecond();
        await live.AddLatenciesAsync(second);
        foreach ((SaleId sale, long[] counts) in outcomes.BySale)
        {
            List<(GrabOutcome Outcome, long Count)> taken = [];
            foreach (GrabOutcome outcome in GrabOutcomes.All)
            {
                long count = Interlocked.Exchange(ref counts[(int)outcome], 0);
                if (count > 0)
                {
                    try
                    {
                        await redis.RunAsync(db => db.HashIncrementAsync(Key(sale), Enum.GetName(outcome), count));
                        await redis.RunAsync(db => db.KeyExpireAsync(Key(sale), Lifetime));
                        taken.Add((outcome, count));
                    }
                    catch
                    {
                        Interlocked.Add(ref counts[(int)outcome], count);
                        throw;
                    }
                }
            }

            await live.AddGrabsAsync(second, sale, taken);
        }
    }

    // Whatever is kept per bucket or per sale leaves with the sale: the catalog's bound is theirs too.
    private void ForgetGoneSales()
    {
        CatalogSnapshot snapshot = catalog.Current;
        bool IsWanted(SaleId sale) => snapshot.TryFind(sale, out _);
        coalescer.Forget(bucket => IsWanted(bucket.Sale));
        segmented.Forget(bucket => IsWanted(bucket.Sale));
        board.Forget(bucket => IsWanted(bucket.Sale));
        refusals.Forget(IsWanted);
        outcomes.Forget(IsWanted);
    }
}
