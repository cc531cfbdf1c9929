using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>Tells a sale's watchers how many units are left, and when some came back: looks every <see cref="Every"/> and publishes one message per sale whose figures have changed, so at most 4 of each kind a second.</summary>
/// <remarks>Of several workers one publishes, by a lock in Redis that runs out a second after its holder went silent. Hints only: a lost one is made good by the next change, or by whoever loads the page.</remarks>
public sealed class StockHintPublisher(RedisConnection redis, SaleBroadcaster broadcaster, TimeProvider time, ILogger<StockHintPublisher> log) : BackgroundService
{
    private static readonly RedisKey LeaderKey = "seckill:hints:leader";
    private static readonly TimeSpan LeaderTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CatalogEvery = TimeSpan.FromSeconds(1);

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly Dictionary<SaleId, StockHint> _published = [];
    private StockBucket[] _buckets = [];
    private Dictionary<SaleId, Sale> _sales = [];
    private long _catalogAt;

    /// <summary>How often stock is looked at: 250 ms.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    if (await LeadsAsync())
                    {
                        await PublishChangesAsync();
                    }
                }
                catch (Exception fault)
                {
                    log.HintFaulted(fault);
                    await Task.Delay(LeaderTime, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; the lock runs out by itself.
        }
    }

    private async Task<bool> LeadsAsync() =>
        await redis.RunAsync(db => db.LockExtendAsync(LeaderKey, _owner, LeaderTime)) || await redis.RunAsync(db => db.LockTakeAsync(LeaderKey, _owner, LeaderTime));

    private async Task PublishChangesAsync()
    {
        if (_catalogAt == 0 || time.GetElapsedTime(_catalogAt) > CatalogEvery)
        {
            await ReadCatalogAsync();
            _catalogAt = time.GetTimestamp();
        }

        RedisValue[] left = await Task.WhenAll(Array.ConvertAll(_buckets, bucket => redis.RunAsync(db => db.StringGetAsync(new StockKeys(bucket).Stock))));
        DateTimeOffset now = time.GetUtcNow();
        foreach (IGrouping<SaleId, (StockBucket Bucket, RedisValue Left)> sale in _buckets.Zip(left).GroupBy(pair => pair.First.Sale))
        {
            // The buckets of a segmented SKU count together.
            StockHint hint = new(
                [.. sale.GroupBy(pair => pair.Bucket.Sku).Select(sku => new StockHintItem(sku.Key, sku.Sum(pair => Math.Max(0, (long)pair.Left))))],
                _sales.GetValueOrDefault(sale.Key)?.StateAt(now) ?? SaleState.Scheduled);
            if (!_published.TryGetValue(sale.Key, out StockHint? before) || !before.Says(hint))
            {
                StockHintPush push = new(sale.Key, hint.Items, hint.State, now);
                await broadcaster.PublishAsync(sale.Key, PushTypes.SaleStock, JsonSerializer.SerializeToUtf8Bytes(push, StockHintJson.Default.StockHintPush));
                if (before is not null && hint.ReturnedSince(before) is { Count: > 0 } returned)
                {
                    UnitsReturnedPush news = new(sale.Key, returned, now);
                    await broadcaster.PublishAsync(
                        sale.Key, PushTypes.UnitsReturned, JsonSerializer.SerializeToUtf8Bytes(news, StockHintJson.Default.UnitsReturnedPush), keepLatest: false);
                }

                _published[sale.Key] = hint;
            }
        }
    }

    private async Task ReadCatalogAsync()
    {
        RedisValue[] members = await redis.RunAsync(db => db.SetMembersAsync(StockKeys.Directory));
        _buckets = [.. members.Select(member => StockBucket.TryParse(member!, out StockBucket bucket) ? bucket : default).Where(bucket => bucket != default)];
        RedisValue[] ids = [.. _buckets.Select(bucket => bucket.Sale).Distinct().Select(sale => (RedisValue)sale.Value)];
        RedisValue[] copies = ids.Length == 0 ? [] : await redis.RunAsync(db => db.HashGetAsync(SaleKeys.Copy, ids));
        _sales = copies.Where(copy => copy.HasValue).Select(copy => SaleJson.Read(copy!)).ToDictionary(sale => sale.Id);
        foreach (SaleId gone in _published.Keys.Except(_buckets.Select(bucket => bucket.Sale)).ToList())
        {
            _published.Remove(gone);
        }
    }
}
