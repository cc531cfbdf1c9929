using Seckill.LoadTests.Running;

namespace Seckill.LoadTests.PushFanout;

/// <summary>What a run must reach.</summary>
/// <param name="Phase">Whose figure it is.</param>
/// <param name="Text">In words.</param>
/// <param name="Threshold">The figure and its bound.</param>
/// <param name="IsAudit">True: of correctness, and not a matter of speed.</param>
internal sealed record PushFloor(string Phase, string Text, Threshold Threshold, bool IsAudit = false)
{
    private static readonly (string Figure, string Text)[] Audited =
    [
        ("lost", "messages that never arrived"), ("repeated", "messages that arrived twice"),
        ("disordered", "messages out of order"), ("closed", "connections that ended unasked"),
    ];

    /// <summary>All floors, by phase. Ratios are within one run, so they hold on a slower machine too; rates and latencies are for two cores that generator and servers share.</summary>
    public static IReadOnlyList<PushFloor> All { get; } =
    [
        AtMost("density", "memory of an idle connection / stock SignalR", "toStock", 1.15),
        AtLeast("fan-out", "deliveries a second to everybody / Clients.All of stock SignalR", "toStock", 0.95),
        AtMost("two-nodes", "p99 of 1,000 messages a second through mailboxes, ms", "mailbox.at1000.p99Ms", 16),
        AtLeast("two-nodes", "highest rate before the knee through mailboxes", "mailbox.highestBeforeKnee", 5_000),
        AtMost("two-nodes", "p99 of 1,000 messages a second past the mailboxes, ms", "backplane.at1000.p99Ms", 16),
        AtLeast("two-nodes", "highest rate before the knee past the mailboxes", "backplane.highestBeforeKnee", 5_000),
        AtLeast("per-user", "deliveries for a second of CPU / raw WebSocket, 1,000 users", "middle.toRaw", 0.70),
        AtLeast("per-user", "that ratio with 5,000 users / with 200", "largeToSmall", 0.80),
        AtLeast("append", "mailbox appends a second, single", "single.perSecond", 10_000),
        AtLeast("append", "mailbox appends a second, in batches of 64", "batched.perSecond", 60_000),
        AtMost("stalled", "p99 of the others with a client that never reads / without it", "p99Ratio", 1.10),
        AtMost("stalled", "peak memory of the node with a client that never reads / without it", "peakRssRatio", 1.10),
        None("stalled", "clients that never read and were not cut", "notCut"),
        None("storm", "clients that were told of a gap", "notRecovered"),
        None("density", "connections that ended unasked", "closed"),
        .. ((string[])["fan-out", "two-nodes", "per-user", "storm", "stalled"]).SelectMany(phase => Audited.Select(one => None(phase, one.Text, one.Figure))),
    ];

    /// <summary>Judges those whose phase was run.</summary>
    /// <exception cref="FormatException">A phase left out a figure that it is judged by.</exception>
    public static IReadOnlyList<PushJudgement> Judge(IReadOnlyCollection<string> phases, IReadOnlyDictionary<string, double> figures) =>
        [.. All.Where(floor => phases.Contains(floor.Phase)).Select(floor => new PushJudgement(floor, floor.Threshold.Judge(figures)))];

    private static PushFloor AtMost(string phase, string text, string figure, double bound) => new(phase, text, new Threshold($"{phase}.{figure}", AtMost: true, bound));

    private static PushFloor AtLeast(string phase, string text, string figure, double bound) => new(phase, text, new Threshold($"{phase}.{figure}", AtMost: false, bound));

    private static PushFloor None(string phase, string text, string figure) => new(phase, text, new Threshold($"{phase}.{figure}", AtMost: true, 0), IsAudit: true);
}
