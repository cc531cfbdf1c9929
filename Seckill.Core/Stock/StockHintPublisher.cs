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
    // Long enough to tell of the end. The directory keeps buckets far longer, and each would be read four times a second.
    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromMinutes(1);

    private readonly Dictionary<SaleId, StockHint> _published = [];
    private readonly SaleDirectory _directory = new(redis, time);
    private readonly OutageNews _outage = new();

    /// <summary>How often stock is looked at: 250 ms.</summary>
    public static TimeSpan Every { get; } = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    protected override void ForgetLastTurn() => _published.Clear();

    /// <inheritdoc/>
    protected override void PutOff(Exception fault) => log.HintFaulted(fault);

    /// <inheritdoc/>
    protected override async Task PublishAsync()
    {
        await _directory.RefreshAsync();
        DateTimeOffset now = Time.GetUtcNow();
        StockBucket[] buckets = [.. _directory.Buckets.Where(bucket => now < _directory.Sales[bucket.Sale].Window.EndsAt + KeptAfterEnd)];
        RedisValue[] left = await Task.WhenAll(Array.ConvertAll(buckets, LeftAsync));
        List<(SaleId Sale, Exception Fault)> away = [];
        foreach (SaleId gone in _published.Keys.Except(buckets.Select(bucket => bucket.Sale)).ToList())
        {
            _published.Remove(gone);
        }

        foreach (IGrouping<SaleId, (StockBucket Bucket, RedisValue Left)> sale in buckets.Zip(left).GroupBy(pair => pair.First.Sale))
        {
            if (sale.Any(pair => pair.Left.IsNull))
            {
                // A bucket that was lost, or whose node is away, has not sold out.
                continue;
            }

            // The buckets of a segmented SKU count together.
            StockHint hint = new(
                [.. sale.GroupBy(pair => pair.Bucket.Sku).Select(sku => new StockHintItem(sku.Key, sku.Sum(pair => Math.Max(0, (long)pair.Left))))],
                _directory.Sales[sale.Key].StateAt(now, _directory.IsKilled));
            try
            {
                await TellAsync(sale.Key, hint, now);
            }
            catch (Exception fault) when (fault is RedisException or TimeoutException)
            {
                away.Add((sale.Key, fault)); // What watchers were told of it last may lie on a node that is away; others do not.
            }
        }

        if (_outage.IsNews(away.Count))
        {
            log.HintsPartlyPutOff(away.Count, away[0].Sale, away[0].Fault);
        }
    }

    private async Task TellAsync(SaleId sale, StockHint hint, DateTimeOffset now)
    {
        StockHint? before = _published.GetValueOrDefault(sale) ?? await LastToldAsync(sale);
        if (before?.Says(hint) != true)
        {
            StockHintPush push = new(sale, hint.Items, hint.State, now);
            await broadcaster.PublishAsync(sale, PushTypes.SaleStock, JsonSerializer.SerializeToUtf8Bytes(push, StockHintJson.Default.StockHintPush));
            if (before is not null && hint.ReturnedSince(before) is { Count: > 0 } returned)
            {
                UnitsReturnedPush news = new(sale, returned, now);
                await broadcaster.PublishAsync(sale, PushTypes.UnitsReturned, JsonSerializer.SerializeToUtf8Bytes(news, StockHintJson.Default.UnitsReturnedPush), keepLatest: false);
            }
        }

        _published[sale] = hint;
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
}
