using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using StackExchange.Redis;

namespace Seckill.Core.Admission;

/// <summary>Lets only listed users into a restricted sale: a Bloom filter in memory refuses most others without a round trip, Redis decides about the rest.</summary>
/// <remarks>
/// A sale's list never changes, so its filter is built once, by the loop, and dropped when the sale leaves the catalog: at most <see cref="SaleCatalog.MaxSales"/> filters of
/// about 18 KB. Until it is built every grab asks Redis. Thread-safe.
/// </remarks>
public sealed class EligibilityGate(RedisConnection redis, SaleCatalog catalog, TimeProvider time, ILogger<EligibilityGate> log)
    : BackgroundService
{
    private const double FalsePositiveRate = 0.001;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<SaleId, BloomFilter> _filters = new();

    /// <summary>True: the filter says no, surely. Costs no I/O.</summary>
    public bool SurelyNotEligible(SaleId sale, UserId user) =>
        _filters.TryGetValue(sale, out BloomFilter? filter) && !filter.MightContain(user.Value);

    /// <summary>Asks Redis.</summary>
    public async Task<EligibilityAnswer> AskAsync(SaleId sale, UserId user)
    {
        try
        {
            RedisKey key = SaleKeys.Eligible(sale);
            IDatabase db = redis.Database;
            Task<bool> listed = db.SetContainsAsync(key, user.Value);
            Task<bool> written = db.SetContainsAsync(key, SaleKeys.EligibleWritten);
            await Task.WhenAll(listed, written).WaitAsync(RedisConnection.CommandTimeout);
            return await listed ? EligibilityAnswer.Eligible : await written ? EligibilityAnswer.NotEligible : EligibilityAnswer.Unknown;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or OperationCanceledException)
        {
            return EligibilityAnswer.Unknown;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            CatalogSnapshot snapshot = catalog.Current;
            foreach (Sale sale in snapshot.Sales)
            {
                if (sale.Restricted && !_filters.ContainsKey(sale.Id))
                {
                    await LoadAsync(sale.Id);
                }
            }

            foreach (SaleId known in _filters.Keys)
            {
                if (!snapshot.TryFind(known, out _))
                {
                    _filters.TryRemove(known, out _);
                }
            }

            await Task.Delay(Pause, time, stoppingToken);
        }
    }

    private async Task LoadAsync(SaleId sale)
    {
        try
        {
            RedisValue[] members = await redis.RunAsync(db => db.SetMembersAsync(SaleKeys.Eligible(sale)));
            if (Array.Exists(members, member => member == SaleKeys.EligibleWritten))
            {
                BloomFilter filter = new(members.Length, FalsePositiveRate);
                foreach (RedisValue member in members)
                {
                    filter.Add((string)member!);
                }

                _filters[sale] = filter;
            }
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException or OperationCanceledException)
        {
            log.EligibilityNotLoaded(sale, fault);
        }
    }
}
