using Seckill.Local.Servers;

namespace Seckill.Benchmarks.Ceiling;

/// <summary>How the ceiling is measured.</summary>
/// <param name="Rounds">Rounds that count; in each, everybody runs once.</param>
/// <param name="Duration">Of one run.</param>
/// <param name="Connections">Of the generator, one request under way on each.</param>
/// <param name="TokensPerRun">Users of one run: more than it can have requests.</param>
/// <param name="Persistence">How Redis keeps its data.</param>
internal sealed record CeilingSettings(int Rounds, TimeSpan Duration, int Connections, int TokensPerRun, RedisPersistence Persistence)
{
    /// <summary>How far the two bare runs of a round may be apart before the round counts as noise.</summary>
    public const double MaxNoise = 0.15;

    /// <summary>Noisy rounds that are repeated before the run gives up.</summary>
    public int MaxNoisyRounds => 2 * Rounds;
}
