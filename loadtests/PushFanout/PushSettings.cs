namespace Seckill.LoadTests.PushFanout;

/// <summary>How large a run is.</summary>
/// <param name="Connections">The largest crowd, 10,000 for a run whose figures count. Smaller crowds are no larger than this.</param>
/// <param name="Rounds">Rounds; a figure is their median.</param>
/// <param name="Length">Length of one timed measurement.</param>
internal sealed record PushSettings(int Connections, int Rounds, TimeSpan Length)
{
    /// <summary>Messages a second that the ladder of rates offers.</summary>
    public static IReadOnlyList<int> Rates { get; } = [500, 1_000, 2_000, 5_000, 8_000];

    /// <summary>How long a measurement is run for nothing first. The JIT takes long with a server that has just started: without this, much of a first round's CPU is its.</summary>
    public TimeSpan WarmUp(int round) => round == 1 ? 2 * Length : Length / 2;

    /// <summary>A crowd of at most <see cref="Connections"/>.</summary>
    public int Crowd(int wanted) => Math.Min(wanted, Connections);
}
