namespace Seckill.LoadTests.PushFanout;

/// <summary>One question of the run. Starts the servers that it needs, and leaves none behind.</summary>
internal interface IPushPhase
{
    /// <summary>As in <c>--phase</c> and before the figures' names.</summary>
    string Name { get; }

    /// <summary>Measures all rounds.</summary>
    Task RunAsync(PushStand stand, PushSettings settings, Measurements into, CancellationToken stop);
}
