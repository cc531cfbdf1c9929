using System.Text.Json;
using Microsoft.Extensions.Logging;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Push;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using StackExchange.Redis;

namespace Seckill.Core.Stock;

/// <summary>Tells a sale's watchers how many units are left, and when some came back: looks every <see cref="Every"/> and publishes one message per sale whose figures have changed, so at most 4 of each kind a second.</summary>
/// <remarks>
/// Whose turn begins goes on from what the watchers were told last, so units that came back in between are news. Hints only: a lost one is made good by the next change, or by whoever loads the page.
/// </remarks>
public sealed class StockHintPublisher(RedisConnection redis, SaleBroadcaster broadcaster, TimeProvider time, ILogger<StockHintPublisher> log)
    : NewsPublisher(redis, "seckill:hints:leader", Every, time)
{
    private static readonly TimeSpan CatalogEvery = TimeSpan.FromSeconds(1);

    // Long enough to tell of the end. The directory keeps buckets far longer, and each would be read four times a second.
    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromMinutes(1);

    private readonly Dictionary<SaleId, StockHint> _published = [];
    private StockBucket[] _buckets = [];
    private Dictionary<SaleId, Sale> _sales = [];
    private long _catalogAt;

    /// <summary>How often stock is looked at: 250 ms.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    protected override void ForgetLastTurn() => _published.Clear();

    /// <inheritdoc/>
    protected override void PutOff(Exception fault) => log.HintFaulted(fault);

    /// <inheritdoc/>
    protected override async Task PublishAsync()
    {
        if (_catalogAt == 0 || Time.GetElapsedTime(_catalogAt) > CatalogEvery)
        {
            await ReadCatalogAsync();
            _catalogAt = Time.GetTimestamp();
        }

        RedisValue[] left = await Task.WhenAll(Array.ConvertAll(_buckets, LeftAsync));
        DateTimeOffset now = Time.GetUtcNow();
        foreach (IGrouping<SaleId, (StockBucket Bucket, RedisValue Left)> sale in _buckets.Zip(left).GroupBy(pair => pair.First.Sale))
        {
            if (sale.Any(pair => pair.Left.IsNull))
            {
                // A bucket that was lost, or whose node is away, has not sold out.
                continue;
            }

            // The buckets of a segmented SKU count together.
            StockHint hint = new(
                [.. sale.GroupBy(pair => pair.Bucket.Sku).Select(sku => new StockHintItem(sku.Key, sku.Sum(pair => Math.Max(0, (long)pair.Left))))],
                _sales[sale.Key].StateAt(now));
            StockHint? before = _published.GetValueOrDefault(sale.Key) ?? await LastToldAsync(sale.Key);
            if (before?.Says(hint) != true)
            {
                StockHintPush push = new(sale.Key, hint.Items, hint.State, now);
                await broadcaster.PublishAsync(sale.Key, PushTypes.SaleStock, JsonSerializer.SerializeToUtf8Bytes(push, StockHintJson.Default.StockHintPush));
                if (before is not null && hint.ReturnedSince(before) is { Count: > 0 } returned)
                {
                    UnitsReturnedPush news = new(sale.Key, returned, now);
                    await broadcaster.PublishAsync(
                        sale.Key, PushTypes.UnitsReturned, JsonSerializer.SerializeToUtf8Bytes(news, StockHintJson.Default.UnitsReturnedPush), keepLatest: false);
                }

            }

            _published[sale.Key] = hint;
        }
    }

    // Null where there is no answer: other nodes of a cluster have theirs.
    private async Task<RedisValue> LeftAsync(StockBucket bucket)
    {
        try
        {
            return await Redis.RunAsync(db => db.StringGetAsync(new StockKeys(bucket).Stock));
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return RedisValue.Null;
        }
    }

    private async Task<StockHint?> LastToldAsync(SaleId sale) =>
        (await broadcaster.LatestPayloadAsync(sale, PushTypes.SaleStock))?.Deserialize(StockHintJson.Default.StockHintPush) is { } told ? new StockHint(told.Items, told.State) : null;

    private async Task ReadCatalogAsync()
    {
        RedisValue[] members = await Redis.RunAsync(db => db.SetMembersAsync(StockKeys.Directory));
        _buckets = [.. members.Select(member => StockBucket.TryParse(member!, out StockBucket bucket) ? bucket : default).Where(bucket => bucket != default)];
        RedisValue[] ids = [.. _buckets.Select(bucket => bucket.Sale).Distinct().Select(sale => (RedisValue)sale.Value)];
        RedisValue[] copies = ids.Length == 0 ? [] : await Redis.RunAsync(db => db.HashGetAsync(SaleKeys.Copy, ids));
        DateTimeOffset now = Time.GetUtcNow();
        _sales = copies.Where(copy => copy.HasValue).Select(copy => SaleJson.Read(copy!)).Where(sale => now < sale.Window.EndsAt + KeptAfterEnd).ToDictionary(sale => sale.Id);
        _buckets = [.. _buckets.Where(bucket => _sales.ContainsKey(bucket.Sale))];
        foreach (SaleId gone in _published.Keys.Except(_buckets.Select(bucket => bucket.Sale)).ToList())
        {
            _published.Remove(gone);
        }
    }
}
