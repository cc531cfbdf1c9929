using Seckill.LoadTests.Running;
using Seckill.LoadTests.Target;

namespace Seckill.LoadTests.Scenarios;

/// <summary>What the command line asked for; null where the scenario decides.</summary>
public sealed record LoadRunOptions
{
    public required LoadTarget Target { get; init; }

    public required string Scenario { get; init; }

    public int? Users { get; init; }

    public int? Units { get; init; }

    /// <summary>Arrivals a second.</summary>
    public int? Rate { get; init; }

    public TimeSpan? Duration { get; init; }

    /// <summary>Users with a push connection.</summary>
    public int Listeners { get; init; } = 500;

    public int Connections { get; init; } = 512;

    public int MaxInFlight { get; init; } = 20_000;

    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the pipeline may take to go quiet after the last answer.</summary>
    public TimeSpan QuietDeadline { get; init; } = TimeSpan.FromSeconds(60);

    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];
}
