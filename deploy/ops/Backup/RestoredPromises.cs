using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Core.Stock.Segments;
using StackExchange.Redis;

namespace Seckill.Ops.Backup;

/// <summary>Closes the restored stock buckets, and lays down for their recovery what was promised at the cut and had no order row yet.</summary>
/// <remarks>
/// A restored Redis is another server, so the guardian would rebuild every bucket from the order rows anyway, and whoever was on the way through Kafka would be forgotten. So the restored buyers speak as Api
/// nodes do after a failover: as testimony, which the recovery settles before it opens the bucket. Under a fence from the start, nobody sells a unit before that. What a Kafka that has survived still
/// holds is drained first, as in every recovery.
/// </remarks>
internal sealed class RestoredPromises(RedisConnection redis, StockStore stock, RecoveryStore store, BucketRebuild rebuild, TestimonyStore testimony, OrderStore orders)
{
    private const int UsersPerPage = 500;

    /// <returns>How many buckets were closed, and how many promises laid down.</returns>
    public async Task<(int Buckets, int Promises)> LayDownAsync(CancellationToken stop)
    {
        int buckets = 0;
        int promises = 0;
        foreach (IGrouping<StockSegments, GuardedBucket> sku in (await store.ListAsync(stop)).GroupBy(guarded => guarded.Segments))
        {
            StockBucket[] parts = [.. sku.Key.Everything];
            BucketLook[] looks = await Task.WhenAll(parts.Select(stock.LookAsync));
            long fence = Math.Max(sku.First().Epoch, looks.Max(look => Math.Max(look.Epoch, look.Fence))) + 1;
            foreach ((StockBucket part, BucketLook look) in parts.Zip(looks))
            {
                promises += await TestifyAsync(part, look, stop);
                await rebuild.FenceAsync(part, fence);
                buckets++;
            }
        }

        return (buckets, promises);
    }

    private async Task<int> TestifyAsync(StockBucket bucket, BucketLook look, CancellationToken stop)
    {
        StockKeys keys = new(bucket);
        int found = 0;
        string cursor = "0";
        do
        {
            RedisResult[] page = (RedisResult[])(await redis.RunAsync(db => db.ExecuteAsync("HSCAN", keys.Buyers, cursor, "COUNT", UsersPerPage)))!;
            cursor = (string)page[0]!;
            RedisValue[] pairs = (RedisValue[])page[1]!;
            List<WitnessedWinner> held = [];
            for (int i = 0; i < pairs.Length; i += 2)
            {
                UserId user = new(pairs[i]!);
                held.AddRange(HeldOrders.Parse(pairs[i + 1]).Select(one => new WitnessedWinner(user, one.Order, Math.Max(1, look.Epoch), Math.Max(1, look.Version), SnowflakeIds.TimeOf(one.Order.Value))));
            }

            foreach (WitnessedWinner[] chunk in held.Chunk(UsersPerPage))
            {
                IReadOnlyDictionary<OrderId, OrderStatus> rows = await orders.ReadStatusesAsync(chunk.Select(winner => winner.Order), stop);
                WitnessedWinner[] promised = [.. chunk.Where(winner => !rows.ContainsKey(winner.Order))];
                await testimony.AddAsync(bucket, promised);
                found += promised.Length;
            }
        }
        while (cursor != "0");

        // An Api node's testimony is soon heard, or nobody comes for it any more. This waits for whoever starts the Workers, be it next week.
        await redis.RunAsync(db => db.KeyPersistAsync(keys.Testimony));
        return found;
    }
}
