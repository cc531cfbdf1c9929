using Seckill.Core.Ids;

namespace Seckill.Core.Reconciliation;

/// <summary>What one run over one sale found.</summary>
/// <param name="SaleId">The sale.</param>
/// <param name="Cause">Why it ran: <c>schedule</c>, <c>close</c> or <c>command</c>.</param>
/// <param name="At">When it began.</param>
/// <param name="DurationMs">How long it took.</param>
/// <param name="Lag">Kafka: messages that the intake has not finished; null when the brokers did not say.</param>
/// <param name="Buckets">The counts.</param>
/// <param name="FindingCount">Differences found; the list holds the first <see cref="SaleReconciler.MaxFindings"/>.</param>
/// <param name="Findings">The differences.</param>
public sealed record ReconciliationReport(
    SaleId SaleId, string Cause, DateTimeOffset At, long DurationMs, long? Lag, IReadOnlyList<BucketLedger> Buckets, int FindingCount, IReadOnlyList<Finding> Findings)
{
    /// <summary>Every bucket was compared: nothing was under way.</summary>
    public bool Conclusive => Buckets.All(bucket => bucket.Pending is null);

    /// <summary>Differences that nothing was done about.</summary>
    public int Open => FindingCount - Findings.Count(finding => finding.Repaired);
}
