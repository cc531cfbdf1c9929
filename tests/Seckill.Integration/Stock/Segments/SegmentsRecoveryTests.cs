using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Seckill.Core.Diagnostics;
using Seckill.Core.Ids;
using Seckill.Core.Orders;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Stock.Segments;

/// <summary>A segmented SKU of which Redis has forgotten a part is closed as a whole, rebuilt as a whole, and sells exactly what is left.</summary>
public sealed class SegmentsRecoveryTests
{
    /// <summary>
    /// Goal: a node of the cluster that comes back empty costs no unit and makes none, also when transfers were under way to it and from others. Method: ten of 40 units are orders, one transfer is left
    /// half done in each direction; all keys of one bucket vanish. The first runner dies between two buckets.
    /// </summary>
    [Fact]
    public async Task OneBucketVanishesAmidTransfers_AllPartsAreRebuilt_AndExactlyTheRestIsSold()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 40);
        using SegmentedSale sale = await SegmentedSale.WarmAsync(pipeline, buckets: 4);
        IHost worker = await pipeline.StartWorkerAsync(recovery: true);
        FaultPoints faults = worker.Services.GetRequiredService<FaultPoints>();
        int loads = 0;
        faults.Arm(FaultPoint.AfterLoadBeforeSwap, () => Interlocked.Increment(ref loads) == 2 ? throw new InvalidOperationException("Killed here.") : Task.CompletedTask);
        for (int i = 0; i < 10; i++)
        {
            (await sale.GrabAsync($"user-{i}")).ShouldNotBeNull();
        }

        await pipeline.StoredAsync(10);
        await sale.WatchedAsync();
        (await sale.Store.OpenAsync(sale.Segments, 1, gather: false)).IsOpen.ShouldBeTrue();
        TransferReply applied = await sale.Store.OpenAsync(sale.Segments, 2, gather: false);
        await sale.Store.ApplyAsync(sale.Segments, applied.Transfer);
        StockKeys lost = new(sale.Segments[1]);

        await pipeline.RedisClient.Database.KeyDeleteAsync([lost.Stock, lost.Meta, lost.Buyers]);
        await sale.OpenAgainAsync(epoch: 2);

        loads.ShouldBeGreaterThan(2);
        (await sale.Store.ApplyAsync(sale.Segments, applied.Transfer)).Status.ShouldBe(TransferApplyStatus.EpochChanged, "what a mover of the former life still does");
        SegmentsLook look = await sale.Store.LookAsync(sale.Segments);
        (look.Left, look.InTransfer, look.Buckets.Sum(bucket => bucket!.Total)).ShouldBe((30, 0, 10));
        (await sale.GrabAsync("user-3")).ShouldNotBeNull();
        (await sale.SellOutAsync()).ShouldBe(30);
        await pipeline.StoredAsync(40);
        (await pipeline.SoldAsync()).ShouldBe(40);
        (await pipeline.CountAsync("status = 'failed'")).ShouldBe(0);
    }

    /// <summary>Goal: winners whom only an Api node remembers have their units again, though their bucket's new life begins with none. Method: Redis comes back empty before any relay has read them.</summary>
    [Fact]
    public async Task WinnersTestifiedTo_GetTheirUnitsFromThePool_BehindTheFence()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 6);
        using SegmentedSale sale = await SegmentedSale.WarmAsync(pipeline, buckets: 3);
        List<WitnessedWinner> told = [];
        foreach (string user in sale.UsersOf(2, 5))
        {
            OrderId order = (await sale.GrabAsync(user)).ShouldNotBeNull();
            told.Add(new WitnessedWinner(new UserId(user), order, 1, 2, TimeProvider.System.GetUtcNow()));
        }

        await pipeline.Redis.RestartEmptyAsync(TestContext.Current.CancellationToken);
        await Pipeline.EventuallyAsync(
            async () =>
            {
                await new TestimonyStore(pipeline.RedisClient).AddAsync(sale.Segments[2], told);
                return true;
            },
            "Redis is back");
        await pipeline.StartWorkerAsync(recovery: true);
        await sale.OpenAgainAsync(epoch: 2);

        (await sale.Store.LookAsync(sale.Segments)).Left.ShouldBe(1);
        await pipeline.StoredAsync(5);
        foreach (WitnessedWinner winner in told)
        {
            (await pipeline.FindAsync(winner.Order))!.Status.ShouldBe(OrderStatus.PendingPayment);
        }
    }

    /// <summary>Goal: no part stays closed for ever. Method: one falls back behind a recovery that all others have behind them, as an old replica does that was promoted.</summary>
    [Fact]
    public async Task APartForgetsARecoveryThatIsOver_AllPartsAreLedOnToTheNext()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 12);
        using SegmentedSale sale = await SegmentedSale.WarmAsync(pipeline, buckets: 3);
        await pipeline.StartWorkerAsync(recovery: true);
        for (int i = 0; i < 3; i++)
        {
            (await sale.GrabAsync($"user-{i}")).ShouldNotBeNull();
        }

        await pipeline.StoredAsync(3);
        await sale.WatchedAsync();
        StockKeys behind = new(sale.Segments[1]);
        await pipeline.RedisClient.Database.KeyDeleteAsync([behind.Stock, behind.Meta, behind.Buyers]);
        await sale.OpenAgainAsync(epoch: 2);

        await pipeline.RedisClient.Database.HashSetAsync(
            behind.Meta, [new("epoch", 1), new("fence", 2), new("fencedAt", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())]);
        await sale.OpenAgainAsync(epoch: 3);

        (await sale.SellOutAsync()).ShouldBe(9);
        await pipeline.StoredAsync(12);
        (await pipeline.CountAsync("status = 'failed'")).ShouldBe(0);
    }
}
