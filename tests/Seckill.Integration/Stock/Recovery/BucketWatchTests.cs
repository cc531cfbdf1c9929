using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Ids;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Recovery;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;
using static Seckill.Integration.Stock.Recovery.RecoveryBench;

namespace Seckill.Integration.Stock.Recovery;

/// <summary>Which buckets the Workers watch, and how they hear of them. Real Redis, MariaDB and Kafka protocol; the Api is played by bare calls.</summary>
public sealed class BucketWatchTests
{
    /// <summary>Goal: a MySQL that is slow, or has many buckets to take note of, delays the watch and does not end it. Method: each note takes longer than one list is waited for; a lost bucket joins the list meanwhile.</summary>
    [Fact]
    public async Task ListTakesLongerThanItIsWaitedFor_IsTakenUpWhenItComes()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.WarmAsync();
        await pipeline.ExecuteAsync("CREATE TRIGGER slow BEFORE INSERT ON bucket_watch FOR EACH ROW SET NEW.seen_at = IF(SLEEP(2) = 0, NEW.seen_at, NEW.seen_at)");
        await pipeline.StartWorkerAsync(recovery: true);
        await WatchedAsync(pipeline);

        await InsertSaleAsync(pipeline, 1, "scheduled", TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));

        StockBucket late = new(new SaleId(1), pipeline.Bucket.Sku, 0);
        await Pipeline.EventuallyAsync(async () => await pipeline.Stock.LookAsync(late) is { IsWhole: true, IsFenced: false }, "the lost bucket is found and rebuilt");
    }

    /// <summary>A sale that was closed by hand may be opened by hand until its window is over, so only the window counts.</summary>
    [Fact]
    public async Task BucketsAreWatched_UntilTheirSaleHasBeenOverForTheOptionsTime()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.WarmAsync();
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        TimeSpan watch = new RecoveryOptions().WatchAfterEnd;
        TimeSpan minute = TimeSpan.FromMinutes(1);
        foreach ((int sale, string state, DateTime endsAt) in new[]
        {
            (1, "scheduled", now + minute), (2, "scheduled", now - watch + minute), (3, "scheduled", now - watch - minute),
            (4, "closed", now + minute), (5, "closed", now - watch + minute), (6, "closed", now - watch - minute),
        })
        {
            await InsertSaleAsync(pipeline, sale, state, endsAt);
        }

        using IHost worker = pipeline.BuildHost((services, configuration) => services.AddStockRecovery(configuration));
        IReadOnlyList<GuardedBucket> watched = await worker.Services.GetRequiredService<RecoveryStore>().ListAsync(TestContext.Current.CancellationToken);

        watched.Select(guarded => guarded.Bucket.Sale.Value).ShouldBe([77, 5, 4, 2, 1]);
    }

    /// <summary>Goal: the bound of the watch counts parts, and cuts between SKUs. Method: of three sales the middle one has four buckets and a pool, all on record, and the bound is one part too small for it.</summary>
    [Fact]
    public async Task BoundOfTheWatch_NeverCutsASegmentedSkuInTwo()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 5);
        await pipeline.WarmAsync();
        foreach (int sale in (int[])[80, 90])
        {
            await InsertSaleAsync(pipeline, sale, "scheduled", TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(1));
        }

        await pipeline.ExecuteAsync("UPDATE sale_items SET buckets = 4 WHERE sale_id = 80");
        using IHost worker = pipeline.BuildHost((services, configuration) => services.AddStockRecovery(configuration));
        RecoveryStore store = worker.Services.GetRequiredService<RecoveryStore>();
        IReadOnlyList<GuardedBucket> all = await store.ListAsync(TestContext.Current.CancellationToken);
        await store.NoteAsync(all.Select(guarded => (guarded.Bucket, new SeenLife("run", 1, 1))), TestContext.Current.CancellationToken);

        (await ListAsync(most: 5)).Select(guarded => guarded.Bucket.Sale.Value).ShouldBe([90]);
        IReadOnlyList<GuardedBucket> fits = await ListAsync(most: 6);
        fits.Select(guarded => guarded.Bucket.Sale.Value).ShouldBe([90, 80, 80, 80, 80, 80]);
        fits.ShouldAllBe(guarded => guarded.Seen != null);
        (await ListAsync(most: 7)).Select(guarded => guarded.Bucket).ShouldBe(all.Select(guarded => guarded.Bucket));

        Task<IReadOnlyList<GuardedBucket>> ListAsync(int most) => store.ListAsync(TestContext.Current.CancellationToken, most);
    }
}
