using Seckill.LoadTests.Running;
using Seckill.LoadTests.Target;

namespace Seckill.LoadTests.Scenarios;

/// <summary>A scenario with its numbers filled in.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Question">What the scenario is there to answer.</param>
/// <param name="Users">Size of the crowd.</param>
/// <param name="Units">Stock of the sale.</param>
/// <param name="Simulations">How the crowd comes.</param>
/// <param name="StepNames">Presses of one arrival, one after another.</param>
/// <param name="UserOf">Which user an arrival is.</param>
/// <param name="Thresholds">What the scenario itself demands.</param>
public sealed record LoadPlan(
    string Name,
    string Question,
    int Users,
    int Units,
    IReadOnlyList<LoadSimulation> Simulations,
    IReadOnlyList<string> StepNames,
    Func<int, int> UserOf,
    IReadOnlyList<Threshold> Thresholds)
{
    /// <summary>The last so many of the crowd are bots, see <see cref="Crowd.BotCrowd"/>; the others are honest, and fetch a grab token first.</summary>
    public int Bots { get; init; }

    /// <summary>The sale's <c>admission</c>; null for a sale that lets everybody grab.</summary>
    public AdmissionRequest? Admission { get; init; }
}
