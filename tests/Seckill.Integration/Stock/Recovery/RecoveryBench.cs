using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Stock.Recovery;

/// <summary>What the tests of recoveries do alike.</summary>
internal static class RecoveryBench
{
    // Another sale like the pipeline's; MySQL says that its bucket is warm.
    public static async Task InsertSaleAsync(Pipeline pipeline, int sale, string state, DateTime endsAt)
    {
        await pipeline.ExecuteAsync(
            "INSERT INTO sales (sale_id, name, starts_at, ends_at, state, restricted, version, created_at) SELECT @sale, name, starts_at, @endsAt, @state, restricted, version, created_at FROM sales WHERE sale_id = 77",
            new { sale, state, endsAt });
        await pipeline.ExecuteAsync("INSERT INTO sale_items SELECT @sale, sku_id, position, name, price, stock, per_user_limit, buckets FROM sale_items WHERE sale_id = 77", new { sale });
        await pipeline.ExecuteAsync("INSERT INTO stock_guard SELECT @sale, sku_id, units, sold, warmed_at, epoch FROM stock_guard WHERE sale_id = 77", new { sale });
    }

    public static async Task<WitnessedWinner[]> WinAsync(Pipeline pipeline, params string[] users)
    {
        StockReply reply = await pipeline.GrabAsync(users);
        reply.Decisions.ShouldAllBe(decision => decision.Answer == StockAnswer.Reserved);
        return [.. users.Zip(reply.Decisions, (user, decision) => new WitnessedWinner(new UserId(user), decision.Order, reply.Epoch, reply.Version, TimeProvider.System.GetUtcNow()))];
    }

    public static Task TestifyAsync(Pipeline pipeline, IReadOnlyCollection<WitnessedWinner> winners) =>
        Pipeline.EventuallyAsync(
            async () =>
            {
                await new TestimonyStore(pipeline.RedisClient).AddAsync(pipeline.Bucket, winners);
                return true;
            },
            "Redis is back");

    // Asks as a node without memory would, until the bucket lives in the epoch; nothing may be decided in a life that has ended.
    public static async Task<int> RefusedUntilOpenAsync(Pipeline pipeline, long epoch)
    {
        int refused = 0;
        await Pipeline.EventuallyAsync(
            async () =>
            {
                if (await LookAsync(pipeline) is not { } look)
                {
                    return false;
                }

                if (look is { IsFenced: false, IsWhole: true } && look.Epoch >= epoch)
                {
                    look.Epoch.ShouldBe(epoch);
                    return true;
                }

                if (look.IsFenced || !look.IsWhole)
                {
                    StockReply reply = await pipeline.GrabAsync("user-0");
                    (reply.Status is StockStatus.Fenced or StockStatus.NotWarmed || reply.Epoch == epoch).ShouldBeTrue($"{reply}");
                    refused++;
                }

                return false;
            },
            "the bucket sells again",
            async () => $"{await pipeline.Stock.LookAsync(pipeline.Bucket)}, rows {await pipeline.CountAsync("1 = 1")}, guard's epoch {await pipeline.ScalarAsync<long>("SELECT epoch FROM stock_guard")}");
        return refused;
    }

    // Null while Redis is coming up.
    public static async Task<BucketLook?> LookAsync(Pipeline pipeline)
    {
        try
        {
            return await pipeline.Stock.LookAsync(pipeline.Bucket);
        }
        catch (StockUnavailableException)
        {
            return null;
        }
    }

    // Until a Worker has put the bucket on record, a loss could not be told from a beginning.
    public static Task WatchedAsync(Pipeline pipeline) =>
        Pipeline.EventuallyAsync(async () => await pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM bucket_watch") == 1, "the bucket on record");

    public static async Task StaysOpenAsync(Pipeline pipeline, long epoch)
    {
        for (int i = 0; i < 20; i++)
        {
            BucketLook look = await pipeline.Stock.LookAsync(pipeline.Bucket);
            (look.Epoch, look.IsFenced).ShouldBe((epoch, false));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
