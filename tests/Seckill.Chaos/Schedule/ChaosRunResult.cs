using Seckill.Chaos.Audit;
using Seckill.Chaos.Crowds;

namespace Seckill.Chaos.Schedule;

/// <summary>What a run did and what the audit found.</summary>
internal sealed record ChaosRunResult(FaultPlan Plan, IReadOnlyList<StruckFault> Struck, CrowdLog Log, AuditResult Audit)
{
    /// <summary>By fault: how often it struck, and how long orders took to flow again.</summary>
    public IEnumerable<(string Name, int Count, RecoveryTimes Recovery)> ByFault() =>
        Struck.GroupBy(fault => fault.Name).OrderBy(fault => fault.Key, StringComparer.Ordinal)
            .Select(fault => (fault.Key, fault.Count(), RecoveryTimes.Of(Audit.Orders, fault.Select(one => one.At))));
}
