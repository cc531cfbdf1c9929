using Seckill.Core.Ids;
using Seckill.Core.Reconciliation;
using Seckill.Core.Stock;
using Seckill.Core.Stock.Segments;
using Seckill.Integration.Orders;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Stock.Segments;

/// <summary>A segmented SKU has one set of books, however its units are spread, and what is wrong in one bucket is mended there.</summary>
public sealed class SegmentsReconciliationTests
{
    private const int Units = 20;
    private const int Sold = 5;

    [Fact]
    public async Task TransfersLeftHalfDone_AreFinished_LostMessagesSentAgain_AndADriftIsRebuilt()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(Units);
        using SegmentedSale sale = await SegmentedSale.WarmAsync(pipeline, buckets: 3);
        await pipeline.StartWorkerAsync(recovery: true);
        for (int i = 0; i < Sold; i++)
        {
            (await sale.GrabAsync($"user-{i}")).ShouldNotBeNull();
        }

        await pipeline.StoredAsync(Sold);
        (await sale.Store.OpenAsync(sale.Segments, 0, gather: false)).IsOpen.ShouldBeTrue();
        TransferReply applied = await sale.Store.OpenAsync(sale.Segments, 1, gather: false);
        await sale.Store.ApplyAsync(sale.Segments, applied.Transfer);

        BucketLedger ledger = (await ConclusiveAsync(pipeline, report => report.FindingCount == 0)).Buckets.ShouldHaveSingleItem();
        (ledger.Left, ledger.Held, ledger.Active).ShouldBe((Units - Sold, Sold, Sold));
        (await sale.Store.LookAsync(sale.Segments)).Pool!.Open.ShouldBeEmpty();

        // A winner of the last bucket whose message Kafka has lost.
        UserId ghost = new(sale.UsersOf(2, 1)[0]);
        OrderId order = pipeline.NewOrder(ghost.Value);
        StockKeys keys = new(sale.Segments[2]);
        IDatabase db = pipeline.RedisClient.Database;
        await db.HashSetAsync(keys.Buyers, ghost.Value, $"0={order}");
        await db.StringDecrementAsync(keys.Stock);
        (await ConclusiveAsync(pipeline, report => report.FindingCount > 0)).Findings.ShouldHaveSingleItem().Difference.ShouldBe(Difference.ReservationWithoutOrder);
        await pipeline.Reconciler.ReconcileAsync(pipeline.Sale, repair: true, "command", TestContext.Current.CancellationToken);
        await pipeline.StoredAsync(Sold + 1);
        (await pipeline.CountAsync($"order_id = {order} AND bucket = 2")).ShouldBe(1);

        // A unit too many in one bucket.
        await sale.WatchedAsync();
        await db.StringIncrementAsync(new StockKeys(sale.Segments[1]).Stock);
        (await ConclusiveAsync(pipeline, report => report.FindingCount > 0)).Findings.ShouldHaveSingleItem().Difference.ShouldBe(Difference.StockDrift);
        await pipeline.Reconciler.ReconcileAsync(pipeline.Sale, repair: true, "command", TestContext.Current.CancellationToken);
        await sale.OpenAgainAsync(epoch: 2);
        ledger = (await ConclusiveAsync(pipeline, report => report.FindingCount == 0)).Buckets.ShouldHaveSingleItem();
        (ledger.Left, ledger.Held).ShouldBe((Units - Sold - 1, Sold + 1));
    }

    private static async Task<ReconciliationReport> ConclusiveAsync(Pipeline pipeline, Func<ReconciliationReport, bool> wanted)
    {
        ReconciliationReport report = null!;
        await Pipeline.EventuallyAsync(
            async () =>
            {
                report = (await pipeline.Reconciler.ReconcileAsync(pipeline.Sale, repair: false, "command", TestContext.Current.CancellationToken))!;
                return report.Conclusive && wanted(report);
            },
            "a conclusive report");
        return report;
    }
}
