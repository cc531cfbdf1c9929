namespace Seckill.LoadTests.Running;

/// <summary>What a user does (steps) and how users come (simulations).</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Steps">Run in order by each arrival; a step that was not accepted ends the arrival's turn unless it is <see cref="Step.Always"/>.</param>
/// <param name="Simulations">Run one after another.</param>
/// <param name="MaxInFlight">
/// Arrivals that may await answers at once. The policy when full: the arrival is counted as <see cref="Answer.NotSent"/> at its instant, which is
/// a failure of the run to offer its load; it is neither delayed nor forgotten.
/// </param>
public sealed record Scenario(string Name, IReadOnlyList<Step> Steps, IReadOnlyList<LoadSimulation> Simulations, int MaxInFlight)
{
    /// <summary>Attempts to make room for: what is planned, times the steps; closed simulations get <see cref="ClosedCapacity"/>.</summary>
    public int Capacity => (Simulations.Sum(one => one.Planned) * Steps.Count) + (Simulations.OfType<LoadSimulation.KeepConstant>().Any() ? ClosedCapacity : 0);

    /// <summary>Attempts of a closed simulation; when they are used up it ends early.</summary>
    public const int ClosedCapacity = 1_000_000;

    /// <summary>True when some arrivals waited for answers.</summary>
    public bool IsClosed => Simulations.Any(one => one is LoadSimulation.KeepConstant);
}
