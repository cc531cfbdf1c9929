namespace Seckill.Benchmarks.Telemetry;

/// <summary>How the cost of telemetry is measured.</summary>
/// <param name="Rounds">Rounds that count; in each, the Api runs twice with telemetry and twice without.</param>
/// <param name="Duration">Of one run.</param>
/// <param name="Connections">Of the generator.</param>
/// <param name="TokensPerRun">Users of one run: more than it can have requests.</param>
internal sealed record TelemetrySettings(int Rounds, TimeSpan Duration, int Connections, int TokensPerRun)
{
    /// <summary>The floor: what telemetry may cost of the throughput.</summary>
    public const double MaxCost = 0.03;

    /// <summary>How far the two runs without telemetry of a round may be apart before the round counts as noise.</summary>
    public const double MaxNoise = 0.15;

    /// <summary>Noisy rounds that are repeated before the run gives up.</summary>
    public int MaxNoisyRounds => 2 * Rounds;
}
