using Seckill.LoadTests.Running;

namespace Seckill.Benchmarks.Latency;

/// <summary>One of the loads of a round.</summary>
/// <param name="Name">As in the report: contestant and load.</param>
/// <param name="Contestant">Who answers.</param>
/// <param name="Connections">Of the generator.</param>
/// <param name="Simulation">How grabs come, given what each contestant takes at most in a closed loop (contestant -> grabs per second).</param>
internal sealed record LatencyLoad(string Name, string Contestant, int Connections, Func<IReadOnlyDictionary<string, double>, LoadSimulation> Simulation);
