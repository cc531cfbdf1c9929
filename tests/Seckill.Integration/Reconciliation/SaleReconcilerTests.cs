using Seckill.Core.Reconciliation;
using Seckill.Core.Stock;
using Seckill.Integration.Orders;
using Shouldly;
using StackExchange.Redis;
using Xunit;

namespace Seckill.Integration.Reconciliation;

/// <summary>
/// Goal: every difference is called by its name, and the safe ones are mended. Method: a sale at rest, four of ten units sold, compared and found in order; then exactly one difference is planted by
/// hand, and the report must name it and nothing else.
/// </summary>
public sealed class SaleReconcilerTests
{
    private const int Units = 10;
    private const int Sold = 4;

    public static TheoryData<Difference> Mendable =>
    [
        Difference.ReservationWithoutOrder, Difference.OrderWithoutReservation, Difference.FailedOrderHoldsUnit, Difference.SlotMismatch, Difference.StockDrift, Difference.GuardMiscounts,
        Difference.BucketMissing, Difference.BucketBehind,
    ];

    [Theory]
    [MemberData(nameof(Mendable))]
    public async Task Planted_IsNamed_AndMended(Difference difference)
    {
        await using Pipeline pipeline = await AtRestAsync();
        await PlantAsync(pipeline, difference);

        ReconciliationReport named = await ConclusiveAsync(pipeline, repair: false, report => report.FindingCount > 0);
        named.Findings.Select(finding => finding.Difference).Distinct().ShouldBe([difference]);
        named.Findings.ShouldAllBe(finding => !finding.Repaired);
        named.Open.ShouldBe(named.FindingCount);

        ReconciliationReport mended = (await pipeline.Reconciler.ReconcileAsync(pipeline.Sale, repair: true, "command", TestContext.Current.CancellationToken))!;
        mended.Findings.ShouldAllBe(finding => finding.Repaired);
        mended.Open.ShouldBe(0);
        if (mended.Findings.Any(finding => finding.Repair is Repair.Rebuild))
        {
            // The bucket waits behind its fence for a guardian.
            (await pipeline.Stock.LookAsync(pipeline.Bucket)).IsFenced.ShouldBeTrue();
            await pipeline.StartWorkerAsync(relay: false, intake: false, recovery: true);
        }

        ReconciliationReport after = await ConclusiveAsync(pipeline, repair: false, report => report.FindingCount == 0);
        BucketLedger ledger = after.Buckets.ShouldHaveSingleItem();
        (ledger.Left + ledger.Active).ShouldBe(Units);
        ledger.Held.ShouldBe(ledger.Active);
        ledger.Sold.ShouldBe((int)ledger.Active);
    }

    [Fact]
    public async Task ALostBucketThatNobodyWatchesAnyMore_IsReported_AndNotFenced()
    {
        await using Pipeline pipeline = await AtRestAsync();
        await PlantAsync(pipeline, Difference.BucketMissing);
        await pipeline.ExecuteAsync("UPDATE sales SET ends_at = '2026-01-02'");

        ReconciliationReport report = await ConclusiveAsync(pipeline, repair: true, report => report.FindingCount > 0);

        Finding finding = report.Findings.ShouldHaveSingleItem();
        (finding.Difference, finding.Repair, finding.Repaired).ShouldBe((Difference.BucketMissing, Repair.Rebuild, false));
        (await pipeline.Stock.LookAsync(pipeline.Bucket)).IsFenced.ShouldBeFalse();
    }

    [Fact]
    public async Task AUnitHeldByTheWrongUser_IsReported_AndLeftAlone()
    {
        await using Pipeline pipeline = await AtRestAsync();
        IDatabase db = pipeline.RedisClient.Database;
        RedisValue held = await db.HashGetAsync(pipeline.Keys.Buyers, "user-0");
        await db.HashDeleteAsync(pipeline.Keys.Buyers, "user-0");
        await db.HashSetAsync(pipeline.Keys.Buyers, "mallory", held);

        ReconciliationReport report = await ConclusiveAsync(pipeline, repair: true, report => report.FindingCount > 0);

        Finding finding = report.Findings.ShouldHaveSingleItem();
        (finding.Difference, finding.UserId, finding.Repair, finding.Repaired).ShouldBe((Difference.WrongHolder, "mallory", Repair.None, false));
        report.Open.ShouldBe(1);
        (await db.HashGetAsync(pipeline.Keys.Buyers, "mallory")).ShouldBe(held);
    }

    [Fact]
    public async Task ABatchThatNobodyRelays_IsStuck()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(Units);
        await pipeline.WarmAsync();
        await pipeline.GrabAsync("user-0");

        ReconciliationReport report = await ConclusiveAsync(pipeline, repair: true, report => report.FindingCount > 0);

        report.Findings.ShouldHaveSingleItem().Difference.ShouldBe(Difference.OutboxStuck);
        report.Open.ShouldBe(1);
    }

    /// <summary>A unit under way is in neither count: whoever computed the stock now would sell it twice.</summary>
    [Fact]
    public async Task WhileSomethingIsUnderWay_NothingIsCompared()
    {
        await using Pipeline pipeline = await AtRestAsync();
        await pipeline.ProduceAsync([pipeline.Reserve("on-the-way") with { Epoch = 1 }]);
        await pipeline.RedisClient.Database.StringIncrementAsync(pipeline.Keys.Stock);

        ReconciliationReport report = (await pipeline.Reconciler.ReconcileAsync(pipeline.Sale, repair: true, "command", TestContext.Current.CancellationToken))!;

        // With a worker at hand the message may have been finished already; then the drift is found, and only fenced.
        if (!report.Conclusive)
        {
            report.FindingCount.ShouldBe(0);
            report.Buckets[0].Pending.ShouldNotBeNull().ShouldContain("intake");
        }

        (await pipeline.Stock.LookAsync(pipeline.Bucket)).Left.ShouldBe(Units - Sold + 1, "reconciliation never writes the stock");
    }

    private static async Task<Pipeline> AtRestAsync()
    {
        Pipeline pipeline = await Pipeline.StartAsync(Units);
        await pipeline.WarmAsync();
        await pipeline.StartWorkerAsync();
        await pipeline.GrabAsync(Enumerable.Range(0, Sold).Select(i => $"user-{i}"));
        await pipeline.StoredAsync(Sold);
        await ConclusiveAsync(pipeline, repair: false, report => report.FindingCount == 0);
        return pipeline;
    }

    private static async Task PlantAsync(Pipeline pipeline, Difference difference)
    {
        IDatabase db = pipeline.RedisClient.Database;
        StockKeys keys = pipeline.Keys;
        switch (difference)
        {
            case Difference.ReservationWithoutOrder:
                await db.HashSetAsync(keys.Buyers, "ghost", $"0={pipeline.NewOrder("ghost")}");
                await db.StringDecrementAsync(keys.Stock);
                break;
            case Difference.OrderWithoutReservation:
                await db.HashDeleteAsync(keys.Buyers, "user-0");
                await db.StringIncrementAsync(keys.Stock);
                break;
            case Difference.FailedOrderHoldsUnit:
                string order = ((string)(await db.HashGetAsync(keys.Buyers, "user-0"))!).Split('=')[1];
                for (int table = 0; table < 4; table++)
                {
                    await pipeline.ExecuteAsync($"UPDATE orders_{table} SET status = 'cancelled', reason = 'payment-deadline', slot = NULL WHERE order_id = {order}");
                }

                await pipeline.ExecuteAsync("UPDATE stock_guard SET sold = sold - 1");
                break;
            case Difference.SlotMismatch:
                string held = (await db.HashGetAsync(keys.Buyers, "user-0"))!;
                await db.HashSetAsync(keys.Buyers, "user-0", $"1={held.Split('=')[1]}");
                break;
            case Difference.StockDrift:
                await db.StringIncrementAsync(keys.Stock);
                break;
            case Difference.GuardMiscounts:
                await pipeline.ExecuteAsync("UPDATE stock_guard SET sold = sold + 1");
                break;
            case Difference.BucketMissing:
                await db.KeyDeleteAsync([keys.Stock, keys.Buyers, keys.Meta, keys.Outbox]);
                break;
            case Difference.BucketBehind:
                await pipeline.ExecuteAsync("UPDATE stock_guard SET epoch = 2");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(difference), difference, "Not planted here.");
        }
    }

    private static async Task<ReconciliationReport> ConclusiveAsync(Pipeline pipeline, bool repair, Func<ReconciliationReport, bool> wanted)
    {
        ReconciliationReport report = null!;
        await Pipeline.EventuallyAsync(
            async () =>
            {
                report = (await pipeline.Reconciler.ReconcileAsync(pipeline.Sale, repair, "command", TestContext.Current.CancellationToken))!;
                return report.Conclusive && wanted(report);
            },
            "a conclusive report");
        return report;
    }
}
