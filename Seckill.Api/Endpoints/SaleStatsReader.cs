using System.Data.Common;
using System.Text.Json;
using Seckill.Api.Contracts;
using Seckill.Core.Grab;
using Seckill.Core.Orders;
using Seckill.Core.Redis;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using StackExchange.Redis;

namespace Seckill.Api.Endpoints;

/// <summary>Gathers the counters of a sale from Redis and MySQL; a part that is away leaves its counters null.</summary>
public sealed class SaleStatsReader(StockStore stock, SegmentStore segmentStore, SaleStore sales, OrderStore orders, GrabUpkeep outcomes, RedisConnection redis, TimeProvider time)
{
    /// <summary>Written by the Worker each second: fields <c>consumerLag</c> and <c>measuredAtMs</c>.</summary>
    private static readonly RedisKey PipelineKey = "seckill:pipeline";

    public async Task<SaleStats> ReadAsync(Sale sale, CancellationToken stop)
    {
        IReadOnlyList<StockGuard>? guards = await OrNullAsync(() => sales.ListGuardsAsync(sale.Id, stop));
        List<ItemStats> items = [];
        foreach (SaleItem item in sale.Items)
        {
            BucketState? bucket = await OrNullAsync(() => ReadStockAsync(sale.SegmentsOf(item)));
            int? sold = guards?.FirstOrDefault(guard => guard.Sku == item.Sku)?.Sold;
            long? held = bucket is null || sold is null ? null : Math.Max(0, bucket.Total - bucket.Left - sold.Value);
            items.Add(new ItemStats(item.Sku, item.Stock, bucket?.Left, held, sold, bucket?.OutboxLength, bucket?.Epoch, bucket?.Version));
        }

        IReadOnlyDictionary<OrderStatus, long>? counts = await OrNullAsync(() => orders.CountByStatusAsync(sale.Id, stop));
        RedisValue[]? lag = await OrNullAsync(() => redis.RunAsync(db => db.HashGetAsync(PipelineKey, ["consumerLag"])));
        return new SaleStats(
            sale.Id,
            items,
            (await OrNullAsync(() => outcomes.ReadAsync(sale.Id)))?.ToDictionary(count => JsonNamingPolicy.KebabCaseLower.ConvertName(count.Key), count => count.Value),
            counts?.ToDictionary(count => count.Key.ToText(), count => count.Value),
            items.Exists(item => item.OutboxLength is null) ? null : items.Sum(item => item.OutboxLength),
            lag is [{ IsNull: false } value] ? (long)value : null,
            time.GetUtcNow());
    }

    /// <summary>The buckets of an SKU as if they were one; null unless all of it is there.</summary>
    private async Task<BucketState?> ReadStockAsync(StockSegments segments)
    {
        if (!segments.IsSegmented)
        {
            return await stock.ReadAsync(segments[0]);
        }

        BucketState?[] all = await Task.WhenAll(segments.Everything.Select(stock.ReadAsync));
        SegmentsLook look = await segmentStore.LookAsync(segments);
        return look.IsOpen && all.All(bucket => bucket is not null)
            ? all[0]! with
            {
                Version = all.Sum(part => part!.Version),
                Total = look.Pool!.Total + look.Buckets.Sum(bucket => bucket!.Total) + look.InTransfer,
                Left = look.Left,
                OutboxLength = all.Sum(part => part!.OutboxLength),
            }
            : null;
    }

    private static async Task<T?> OrNullAsync<T>(Func<Task<T>> read)
        where T : class?
    {
        try
        {
            return await read();
        }
        catch (Exception away) when (away is DbException or RedisException or TimeoutException or StockUnavailableException)
        {
            return null;
        }
    }
}
