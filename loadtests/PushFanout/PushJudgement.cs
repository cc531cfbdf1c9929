using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.PushFanout;

/// <summary>A floor held against a run.</summary>
internal sealed record PushJudgement(PushFloor Floor, ThresholdResult Result)
{
    /// <summary>Kept, SHORT, or for an audit BROKEN.</summary>
    public string Verdict => Result.Passed ? "kept" : Floor.IsAudit ? "BROKEN" : "SHORT";
}
