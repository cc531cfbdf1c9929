namespace Seckill.LoadTests.PushFanout;

/// <summary>All that a run ended with.</summary>
internal sealed record PushResult(PushSettings Settings, IReadOnlyList<string> Phases, DateTimeOffset StartedAt, TimeSpan Took, Measurements Measurements)
{
    /// <summary>Every floor whose phase was run.</summary>
    public IReadOnlyList<PushJudgement> Judgements { get; } = PushFloor.Judge(Phases, Measurements.Figures);

    public bool Passed => Judgements.All(one => one.Result.Passed);

    /// <summary>In one sentence.</summary>
    public string Verdict
    {
        get
        {
            int shortOf = Judgements.Count(one => !one.Result.Passed && !one.Floor.IsAudit);
            string audit = Judgements.Any(one => one.Floor.IsAudit && !one.Result.Passed) ? "messages or connections were LOST, REPEATED or DISORDERED" : "nothing lost, repeated or out of order";
            return $"{(Passed ? "PASS" : "FAIL")}: {audit}; {(shortOf == 0 ? "every floor kept" : $"{shortOf} of {Judgements.Count(one => !one.Floor.IsAudit)} floors SHORT")}";
        }
    }
}
