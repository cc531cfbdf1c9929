namespace Seckill.LoadTests.Running;

/// <summary>The intended instant of each arrival of an open simulation. It is fixed before the first request, so no answer can move it.</summary>
public static class ArrivalSchedule
{
    /// <summary>Offsets from the simulation's start, rising, one per planned arrival.</summary>
    /// <exception cref="ArgumentException"><see cref="LoadSimulation.KeepConstant"/> has no schedule.</exception>
    public static IEnumerable<TimeSpan> Of(LoadSimulation simulation)
    {
        for (int index = 0; index < simulation.Planned; index++)
        {
            yield return TimeSpan.FromSeconds(simulation switch
            {
                LoadSimulation.Inject inject => index / inject.Rate,
                LoadSimulation.Burst burst => burst.Length.TotalSeconds * index / burst.Count,
                LoadSimulation.RampingInject ramp => OnRamp(ramp, index),
                _ => throw new ArgumentException($"{simulation} has no schedule of its own.", nameof(simulation)),
            });
        }
    }

    /// <summary>
    /// With the rate at from + (to - from) t / T, the arrivals until t are from t + (to - from) t² / 2T; solved for t, in the form that stays
    /// exact when the ramp is flat or starts at nothing.
    /// </summary>
    private static double OnRamp(LoadSimulation.RampingInject ramp, int index)
    {
        double slope = (ramp.To - ramp.From) / ramp.Length.TotalSeconds;
        double root = Math.Sqrt(Math.Max(0, (ramp.From * ramp.From) + (2 * slope * index)));
        return index == 0 ? 0 : 2 * index / (ramp.From + root);
    }
}
