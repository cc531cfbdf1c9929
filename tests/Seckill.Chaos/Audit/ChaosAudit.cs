using Seckill.Chaos.Crowds;
using Seckill.Chaos.Stack;

namespace Seckill.Chaos.Audit;

/// <summary>Waits until a stack is quiet, reads everything, and judges it.</summary>
internal static class ChaosAudit
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a system that is left alone may take to set everything right: two consumer sessions, a reconciliation and a push.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Reads and judges again and again until nothing is amiss, or patience runs out and what is amiss counts. An oversell counts whenever it is seen.</summary>
    /// <param name="stack">All of its parts must be up again.</param>
    /// <param name="crowd">Whose answers and listeners to hold it against; must have come to rest.</param>
    /// <param name="sales">The sales of the run.</param>
    /// <param name="stop">Ends it.</param>
    /// <param name="bounds">Gauges that were sampled during the run.</param>
    /// <param name="mailboxesSince">When Redis last lost its mailboxes, if it did.</param>
    public static async Task<AuditResult> RunAsync(
        ChaosStack stack, Crowd crowd, IReadOnlyList<ChaosSale> sales, CancellationToken stop, IReadOnlyList<BoundSample>? bounds = null, DateTime? mailboxesSince = null)
    {
        long started = TimeProvider.System.GetTimestamp();
        HashSet<Violation> seenOnce = [];
        while (true)
        {
            AuditEvidence evidence = await new EvidenceReader(stack, crowd).ReadAsync(sales, stop);
            evidence = evidence with { Bounds = [.. evidence.Bounds, .. bounds ?? []], MailboxesSince = mailboxesSince ?? DateTime.MinValue };
            seenOnce.UnionWith(evidence.Sales.SelectMany(InvariantAuditor.NoOversell));
            IReadOnlyList<Violation> violations = [.. seenOnce.Union(InvariantAuditor.Judge(evidence))];
            TimeSpan took = TimeProvider.System.GetElapsedTime(started);
            if (violations.Count == 0 || took > Patience)
            {
                return new AuditResult(evidence, violations, took);
            }

            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>For a run over one sale.</summary>
    public static Task<AuditResult> RunAsync(ChaosStack stack, Crowd crowd, ChaosSale sale, CancellationToken stop) => RunAsync(stack, crowd, [sale], stop);
}
