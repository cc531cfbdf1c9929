using Seckill.Core.Ids;
using Seckill.Core.Outbox;
using Seckill.Core.Sales;
using Seckill.Core.Stock;
using Seckill.Integration.Orders;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Outbox;

/// <summary>The directory of buckets does not grow for ever, and no bucket leaves it that may still have something to relay.</summary>
public sealed class FinishedBucketsTests
{
    private static readonly TimeSpan Kept = FinishedBuckets.KeptAfterEnd;

    [Fact]
    public async Task OnlyBucketsOfSalesThatAreLongOver_WithNothingInTheirOutbox_LeaveTheDirectory()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 1);
        StockBucket over = await EnterAsync(pipeline, 1, Kept + TimeSpan.FromMinutes(1));
        StockBucket overPool = await EnterAsync(pipeline, 2, Kept + TimeSpan.FromMinutes(1), index: StockBucket.PoolIndex);
        StockBucket notLongOver = await EnterAsync(pipeline, 3, Kept - TimeSpan.FromMinutes(1));
        StockBucket withAnEntry = await EnterAsync(pipeline, 4, Kept + TimeSpan.FromMinutes(1));
        await pipeline.RedisClient.Database.ExecuteAsync("XADD", new StockKeys(withAnEntry).Outbox, "*", "e", "1");
        StockBucket struckOffByAnother = await EnterAsync(pipeline, 5, Kept + TimeSpan.FromMinutes(1));
        await pipeline.RedisClient.Database.SetRemoveAsync(StockKeys.Directory, struckOffByAnother.ToString());

        IReadOnlyList<StockBucket> finished = await new FinishedBuckets(pipeline.RedisClient, TimeProvider.System).SweepAsync([struckOffByAnother]);

        finished.ShouldBe([over, overPool, struckOffByAnother], ignoreOrder: true);
        (await DirectoryAsync(pipeline)).ShouldBe([$"{notLongOver}", $"{withAnEntry}", $"{pipeline.Bucket}"], ignoreOrder: true, customMessage: "the last one has no copy, so nobody knows when it ends");
    }

    /// <summary>What an outbox still holds is relayed first; then the bucket leaves, and its relay with it.</summary>
    [Fact]
    public async Task Relay_LeavesFinishedBuckets_AndGoesOnWithTheOthers()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 1);
        StockBucket over = await EnterAsync(pipeline, 1, Kept + TimeSpan.FromMinutes(1));
        await pipeline.RedisClient.Database.ExecuteAsync("XGROUP", "CREATE", new StockKeys(over).Outbox, OutboxStream.Group, "0", "MKSTREAM");

        await pipeline.StartWorkerAsync(intake: false);

        await Pipeline.EventuallyAsync(async () => !(await DirectoryAsync(pipeline)).Contains($"{over}"), "the bucket leaves the directory");
        await Pipeline.EventuallyAsync(async () => ((RedisResult[])(await pipeline.RedisClient.Database.ExecuteAsync("XINFO", "CONSUMERS", new StockKeys(over).Outbox, OutboxStream.Group))!).Length == 0, "its relay is gone");
        await pipeline.FillOutboxAsync(pipeline.Reserve(1));
        await Pipeline.EventuallyAsync(async () => await pipeline.OutboxLengthAsync() == 0, "the other bucket is relayed");
    }

    private static async Task<StockBucket> EnterAsync(Pipeline pipeline, long id, TimeSpan overFor, int index = 0)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        Sale sale = new(
            new SaleId(id), "Sale", new SaleWindow(now - overFor - TimeSpan.FromHours(1), now - overFor), SaleState.Scheduled, false, 1, now, [new SaleItem(Pipeline.Sku, "Phone", 9.9m, 1, 1)])
        {
            Admission = SaleAdmission.Unlimited,
        };
        StockBucket bucket = new(sale.Id, Pipeline.Sku, index);
        await pipeline.RedisClient.Database.HashSetAsync(SaleKeys.Copy, id, SaleJson.Write(sale));
        await pipeline.RedisClient.Database.SetAddAsync(StockKeys.Directory, bucket.ToString());
        return bucket;
    }

    private static async Task<string[]> DirectoryAsync(Pipeline pipeline) => [.. (await pipeline.RedisClient.Database.SetMembersAsync(StockKeys.Directory)).Select(member => (string)member!)];
}
