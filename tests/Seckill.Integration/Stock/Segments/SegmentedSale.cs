using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Integration.Orders;
using Shouldly;

namespace Seckill.Integration.Stock.Segments;

/// <summary>The item of a <see cref="Pipeline"/> as a segmented one, as a warm-up leaves it.</summary>
internal sealed class SegmentedSale : IDisposable
{
    private readonly Pipeline _pipeline;
    private readonly IHost _parts;

    private SegmentedSale(Pipeline pipeline, int buckets)
    {
        (_pipeline, _parts) = (pipeline, pipeline.BuildHost((_, _) => { }));
        Segments = new StockSegments(pipeline.Sale, Pipeline.Sku, buckets);
    }

    public StockSegments Segments { get; }

    public SegmentStore Store => _parts.Services.GetRequiredService<SegmentStore>();

    public ChunkMover Mover => _parts.Services.GetRequiredService<ChunkMover>();

    public static async Task<SegmentedSale> WarmAsync(Pipeline pipeline, int buckets)
    {
        SegmentedSale sale = new(pipeline, buckets);
        int units = await pipeline.ScalarAsync<int>("SELECT units FROM stock_guard");
        await pipeline.ExecuteAsync("UPDATE sale_items SET buckets = @buckets", new { buckets });
        await pipeline.RedisClient.Database.KeyDeleteAsync([pipeline.Keys.Stock, pipeline.Keys.Meta]);
        (await sale._parts.Services.GetRequiredService<StockWarmUp>().WarmAsync(sale.Segments, units, limit: 1, epoch: 1, mayCreate: true)).ShouldBe(WarmStatus.Created);
        await pipeline.ExecuteAsync("UPDATE stock_guard SET warmed_at = '2026-01-01'");
        return sale;
    }

    /// <summary>Users of one bucket, as many as wanted.</summary>
    public string[] UsersOf(int index, int count)
    {
        StockBucket bucket = Segments[index];
        StockSegments segments = Segments;
        return [.. Enumerable.Range(0, int.MaxValue).Select(i => $"b{index}-{i}").Where(user => segments.BucketOf(new UserId(user)) == bucket).Take(count)];
    }

    /// <summary>One user grabs as often as a refill brings his bucket something.</summary>
    /// <returns>The order; null when the whole SKU is sold out.</returns>
    public async Task<OrderId?> GrabAsync(string user)
    {
        StockBucket bucket = Segments.BucketOf(new UserId(user));
        StockGrab[] grab = [new(new UserId(user), _pipeline.NewOrder(user))];
        while (true)
        {
            StockReply reply = await _pipeline.Stock.GrabAsync(bucket, grab, expectedEpoch: 0, minVersion: 0);
            reply.Status.ShouldBe(StockStatus.Decided);
            if (reply.Decisions[0].Answer is not StockAnswer.SoldOut)
            {
                return reply.Decisions[0].Order;
            }

            if (await Mover.RefillAsync(Segments, bucket.Index) is RefillOutcome.SoldOut)
            {
                return null;
            }
        }
    }

    /// <returns>How many units were left.</returns>
    public async Task<int> SellOutAsync()
    {
        for (int sold = 0; ; sold++)
        {
            if (await GrabAsync($"late-{sold}") is null)
            {
                return sold;
            }
        }
    }

    public async Task OpenAgainAsync(long epoch) => await Pipeline.EventuallyAsync(
        async () =>
        {
            SegmentsLook look = await Store.LookAsync(Segments);
            return look.IsOpen && look.Pool!.Epoch == epoch && look.Pool.Fence < 0 && look.Buckets.All(bucket => bucket!.Fence < 0);
        },
        "all parts sell again");

    public Task WatchedAsync() => Pipeline.EventuallyAsync(
        async () => await _pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM bucket_watch") == Segments.Buckets + 1, "every part on record");

    public void Dispose() => _parts.Dispose();
}
