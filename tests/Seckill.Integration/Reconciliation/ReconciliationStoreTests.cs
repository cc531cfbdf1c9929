using Seckill.Core.Reconciliation;
using Seckill.Integration.Orders;
using Shouldly;
using Xunit;

namespace Seckill.Integration.Reconciliation;

/// <summary>Reports are kept, newest first, and only so many.</summary>
public sealed class ReconciliationStoreTests
{
    [Fact]
    public async Task MoreReportsThanAreKept_TheOldestLeave()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync(units: 3);
        ReconciliationStore store = new(pipeline.Database);
        CancellationToken stop = TestContext.Current.CancellationToken;
        for (int i = 0; i < ReconciliationStore.MaxReports + 5; i++)
        {
            await store.SaveAsync(Report(pipeline, i), stop);
        }

        (await pipeline.ScalarAsync<long>("SELECT COUNT(*) FROM reconciliation_reports")).ShouldBe(ReconciliationStore.MaxReports);
        IReadOnlyList<ReconciliationReport> latest = await store.ListAsync(pipeline.Sale, 2, stop);
        latest.Select(report => report.DurationMs).ShouldBe([ReconciliationStore.MaxReports + 4, ReconciliationStore.MaxReports + 3]);
        Finding finding = latest[0].Findings.ShouldHaveSingleItem();
        finding.ShouldBe(Report(pipeline, 0).Findings[0]);
    }

    private static ReconciliationReport Report(Pipeline pipeline, int number) => new(
        pipeline.Sale, "schedule", TimeProvider.System.GetUtcNow(), number, 0, [new BucketLedger("77:phone:0", 3, 3, 0, 0, 0, 0, 1, null)], 1,
        [new Finding(Difference.StockDrift, "77:phone:0", null, null, "by hand", Repair.Rebuild, true)]);
}
