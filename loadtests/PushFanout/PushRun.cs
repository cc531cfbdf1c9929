using Seckill.LoadTests.Scenarios;

namespace Seckill.LoadTests.PushFanout;

/// <summary>Runs phases one after another on one stand.</summary>
internal static class PushRun
{
    private static readonly IPushPhase[] Phases =
        [new DensityPhase(), new FanOutPhase(), new TwoNodesPhase(), new PerUserPhase(), new AppendPhase(), new StormPhase(), new StalledClientPhase()];

    public static IReadOnlyList<string> PhaseNames { get; } = [.. Phases.Select(phase => phase.Name)];

    /// <summary>Runs the phases named, in their own order, and judges them.</summary>
    /// <exception cref="Local.Servers.ServerFailedException">A server did not start.</exception>
    /// <exception cref="IOException">A client could not connect.</exception>
    /// <exception cref="TimeoutException">One was not ready in time.</exception>
    public static async Task<PushResult> RunAsync(PushSettings settings, IReadOnlyCollection<string> phases, LoadProgress progress, TimeProvider time, CancellationToken stop)
    {
        DateTimeOffset startedAt = time.GetUtcNow();
        Measurements measurements = new();
        IPushPhase[] asked = [.. Phases.Where(phase => phases.Contains(phase.Name))];
        await using PushStand stand = await PushStand.StartAsync(progress, stop);
        foreach (IPushPhase phase in asked)
        {
            await phase.RunAsync(stand, settings, measurements, stop);
        }

        return new PushResult(settings, [.. asked.Select(phase => phase.Name)], startedAt, time.GetUtcNow() - startedAt, measurements);
    }
}
