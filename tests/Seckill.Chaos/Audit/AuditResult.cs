namespace Seckill.Chaos.Audit;

/// <summary>What an audit found, and how much it looked at.</summary>
internal sealed record AuditResult(AuditEvidence Evidence, IReadOnlyList<Violation> Violations, TimeSpan UntilQuiet)
{
    private const int Shown = 20;

    public IEnumerable<OrderRow> Orders => Evidence.Sales.SelectMany(sale => sale.Orders);

    public int Count(Invariant invariant) => Violations.Count(violation => violation.Invariant == invariant);

    /// <summary>Fails with the evidence when a promise was broken.</summary>
    /// <exception cref="InvariantsBrokenException">At least one was.</exception>
    public void MustBeClean()
    {
        if (Violations.Count > 0)
        {
            throw new InvariantsBrokenException($"{Violations.Count} violations:\n{string.Join('\n', Violations.Take(Shown))}");
        }
    }
}
