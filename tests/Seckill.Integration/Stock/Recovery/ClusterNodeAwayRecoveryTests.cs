using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Ids;
using Seckill.Core.Redis;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Integration.Orders;
using Seckill.Local;
using Seckill.Local.Servers;
using Shouldly;
using Xunit;
using static Seckill.Integration.Stock.Recovery.RecoveryBench;

namespace Seckill.Integration.Stock.Recovery;

/// <summary>A recovery of buckets on several nodes of a Redis Cluster.</summary>
public sealed class ClusterNodeAwayRecoveryTests
{
    /// <summary>
    /// Goal: a node that dies amid a recovery keeps its own buckets closed, and the others open. Method: two buckets on different nodes are fenced; one node is killed; the run recovers the other
    /// bucket and says which it had to leave, and the next run, with the node back, has that one as well.
    /// </summary>
    [Fact]
    public async Task OneBucketsNodeIsAway_TheOtherBucketIsRebuiltAndOpened_AndTheNextRunTakesUpTheRest()
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5, new Dictionary<string, string?> { ["Seckill:Recovery:MinFence"] = "00:00:00" });
        await pipeline.WarmAsync();
        using TemporaryDirectory directory = new();
        await using RedisCluster cluster = new(folder => new() { Directory = directory.Combine(folder), Persistence = RedisPersistence.Always });
        await cluster.StartAsync(stop);
        using IHost worker = pipeline.BuildHost((services, configuration) =>
            services.AddStockRecovery(configuration).Replace(ServiceDescriptor.Singleton(_ => new RedisConnection(cluster.Endpoints, "recovery-tests"))));
        RedisServer directoryNode = await cluster.NodeOfAsync(StockKeys.Directory!);
        StockBucket there = await BucketAsync(100, node => node != directoryNode);
        RedisServer away = await cluster.NodeOfAsync(new StockKeys(there).Stock!);
        StockBucket here = await BucketAsync(200, node => node != away);
        StockStore stock = worker.Services.GetRequiredService<StockStore>();
        BucketRecovery recovery = worker.Services.GetRequiredService<BucketRecovery>();
        foreach (StockBucket bucket in (StockBucket[])[there, here])
        {
            await InsertSaleAsync(pipeline, (int)bucket.Sale.Value, "scheduled", TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
            (await worker.Services.GetRequiredService<BucketRebuild>().FenceAsync(bucket, 2)).Status.ShouldBe(FenceStatus.Fenced);
        }

        await away.KillAsync();
        StockUnavailableException left = await Should.ThrowAsync<StockUnavailableException>(() => recovery.RunAsync([there, here], stop));

        left.Message.ShouldContain($"{there}");
        left.Message.ShouldNotContain($"{here}");
        (await stock.LookAsync(here)).ShouldSatisfyAllConditions(look => look.IsFenced.ShouldBeFalse(), look => look.Epoch.ShouldBe(2), look => look.Left.ShouldBe(5));

        await cluster.RestartAsync(away, stop);
        await Pipeline.EventuallyAsync(
            async () =>
            {
                try
                {
                    await recovery.RunAsync([there], stop);
                    return true;
                }
                catch (StockUnavailableException)
                {
                    return false; // The client has not found it yet.
                }
            },
            "the node is back");
        (await stock.LookAsync(there)).ShouldSatisfyAllConditions(look => look.IsFenced.ShouldBeFalse(), look => look.Epoch.ShouldBe(2), look => look.Left.ShouldBe(5));

        async Task<StockBucket> BucketAsync(int from, Func<RedisServer, bool> isWanted)
        {
            for (int sale = from; ; sale++)
            {
                StockBucket bucket = new(new SaleId(sale), Pipeline.Sku);
                if (isWanted(await cluster.NodeOfAsync(new StockKeys(bucket).Stock!)))
                {
                    return bucket;
                }
            }
        }
    }
}
