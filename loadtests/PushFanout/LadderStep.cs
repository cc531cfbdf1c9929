namespace Seckill.LoadTests.PushFanout;

/// <summary>One rate of a ladder.</summary>
/// <param name="Rate">Messages a second, offered.</param>
/// <param name="P99Ms">From when a message was due until it was read.</param>
/// <param name="IsKeptUp">All of it was sent and, a second after the last message, nearly all had arrived.</param>
internal readonly record struct LadderStep(int Rate, double P99Ms, bool IsKeptUp)
{
    /// <summary>How many times the lowest rate's p99 is past the knee.</summary>
    public const double KneeFactor = 10;

    /// <summary>The highest rate before the knee: before the first that is not kept up with, or whose p99 is over <see cref="KneeFactor"/> times that of the lowest. 0 when the lowest is not kept up with.</summary>
    /// <param name="ladder">By rising rate.</param>
    public static int HighestBeforeKnee(IReadOnlyList<LadderStep> ladder)
    {
        int highest = 0;
        foreach (LadderStep step in ladder)
        {
            if (!step.IsKeptUp || step.P99Ms > KneeFactor * ladder[0].P99Ms)
            {
                break;
            }

            highest = step.Rate;
        }

        return highest;
    }
}
