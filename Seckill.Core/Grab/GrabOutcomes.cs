using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using StackExchange.Redis;

namespace Seckill.Core.Grab;

/// <summary>Counts grabs by outcome: as a metric at once, and by sale into Redis each second, where all nodes' counts meet.</summary>
/// <remarks>Thread-safe. Counts are for people: a node that dies takes at most its last second along, and a repeated flush after a time-out may count twice.</remarks>
public sealed class GrabOutcomes(RedisConnection redis, SaleCatalog catalog, GrabCoalescer coalescer, SoldOutBoard board, TimeProvider time, ILogger<GrabOutcomes> log)
    : BackgroundService
{
    private static readonly GrabOutcome[] All = Enum.GetValues<GrabOutcome>();
    private static readonly FrozenDictionary<GrabOutcome, KeyValuePair<string, object?>> Tags =
        All.ToFrozenDictionary(outcome => outcome, outcome => new KeyValuePair<string, object?>("outcome", Enum.GetName(outcome)));

    private readonly ConcurrentDictionary<SaleId, long[]> _counts = new();

    /// <summary>hash: outcome's name -> grabs. Kept for <see cref="Lifetime"/> after the last grab.</summary>
    public static RedisKey Key(SaleId sale) => $"seckill:outcomes:{sale}";

    /// <summary>How long the counts of a sale stay: 30 days.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(30);

    /// <summary>Counts a result and hands it back.</summary>
    /// <param name="sale">The sale; null when it is not in the catalog, which also bounds the table.</param>
    /// <param name="result">The result.</param>
    public GrabResult Count(SaleId? sale, GrabResult result)
    {
        GrabMetrics.Outcomes.Add(1, Tags[result.Outcome]);
        if (sale is { } known)
        {
            Interlocked.Increment(ref _counts.GetOrAdd(known, static _ => new long[All.Length])[(int)result.Outcome]);
        }

        return result;
    }

    /// <summary>The counts of a sale over all nodes, up to the last flush.</summary>
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
        foreach ((SaleId sale, long[] counts) in _counts)
        {
            foreach (GrabOutcome outcome in All)
            {
                long count = Interlocked.Exchange(ref counts[(int)outcome], 0);
                if (count > 0)
                {
                    try
                    {
                        await redis.RunAsync(db => db.HashIncrementAsync(Key(sale), Enum.GetName(outcome), count));
                        await redis.RunAsync(db => db.KeyExpireAsync(Key(sale), Lifetime));
                    }
                    catch
                    {
                        Interlocked.Add(ref counts[(int)outcome], count);
                        throw;
                    }
                }
            }
        }
    }

    // Whatever is kept per bucket or per sale leaves with the sale: the catalog's bound is theirs too.
    private void ForgetGoneSales()
    {
        CatalogSnapshot snapshot = catalog.Current;
        bool IsWanted(StockBucket bucket) => snapshot.TryFind(bucket.Sale, out _);
        coalescer.Forget(IsWanted);
        board.Forget(IsWanted);
        foreach (SaleId sale in _counts.Keys)
        {
            if (!snapshot.TryFind(sale, out _))
            {
                _counts.TryRemove(sale, out _);
            }
        }
    }
}
