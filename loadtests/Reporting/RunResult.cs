using Seckill.LoadTests.Audit;
using Seckill.LoadTests.Running;
using Seckill.LoadTests.Scenarios;
using Seckill.LoadTests.Target;

namespace Seckill.LoadTests.Reporting;

/// <summary>Everything a report says about a run.</summary>
public sealed record RunResult
{
    public required LoadPlan Plan { get; init; }

    public required LoadRunOptions Options { get; init; }

    public required SaleUnderLoad Sale { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required AttemptLog Log { get; init; }

    public required AuditEvidence Evidence { get; init; }

    public required RunFigures Figures { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }

    public required IReadOnlyList<ThresholdResult> Thresholds { get; init; }

    /// <summary>False: the deadline passed with work still under way, so the audit looked at a moving target.</summary>
    public required bool IsQuiet { get; init; }

    public required TimeSpan QuietAfter { get; init; }

    public required long PushDuplicates { get; init; }

    public required int PushGaps { get; init; }

    public required int PushReconnects { get; init; }

    public bool InvariantsHold => IsQuiet && Findings.All(one => one.Status != FindingStatus.Broken);

    public bool ThresholdsHold => Thresholds.All(one => one.Passed);

    public bool Passed => InvariantsHold && ThresholdsHold;

    /// <summary>One line for the end of the terminal and the head of the report.</summary>
    public string Verdict
    {
        get
        {
            int broken = Findings.Count(one => one.Status == FindingStatus.Broken);
            int unread = Findings.Count(one => one.Status == FindingStatus.NotChecked);
            string invariants = !IsQuiet ? $"the pipeline did not go quiet in time, {broken} of {Findings.Count} checks broken"
                : broken > 0 ? $"{broken} of {Findings.Count} checks broken"
                : unread > 0 ? $"{Findings.Count - unread} checks hold, {unread} could not be made"
                : $"I1–I5 hold, {Findings.Count} checks";
            int missed = Thresholds.Count(one => !one.Passed);
            string thresholds = missed == 0 ? $"{Thresholds.Count} thresholds met" : $"{missed} of {Thresholds.Count} thresholds missed";
            return $"{(Passed ? "PASS" : "FAIL")}: {invariants}; {thresholds}";
        }
    }
}
