namespace Seckill.Core.Live;

/// <summary>The buckets in which times of grabs are counted, and the percentiles that can be read from them.</summary>
/// <remarks>Counts of buckets add up over nodes and seconds; percentiles do not. A percentile is interpolated within its bucket, so it is never off by more than the bucket is wide: a third to a half of itself, and from 1 s on itself.</remarks>
public static class LatencyBuckets
{
    private static readonly double[] UpperMs =
        [0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024, 2_048, 4_096, 8_192, double.PositiveInfinity];

    /// <summary>How many there are; the last one takes whatever is longer.</summary>
    public static int Count => UpperMs.Length;

    /// <summary>The bucket of a time.</summary>
    public static int IndexOf(TimeSpan took)
    {
        int found = Array.BinarySearch(UpperMs, took.TotalMilliseconds);
        return found >= 0 ? found : ~found;
    }

    /// <summary>A percentile in ms; null when nothing was counted. What is in the last bucket counts as its lower bound.</summary>
    /// <param name="counts">By bucket.</param>
    /// <param name="share">0 to 1.</param>
    public static double? Percentile(ReadOnlySpan<long> counts, double share)
    {
        long total = 0;
        foreach (long count in counts)
        {
            total += count;
        }

        double rank = share * total;
        long below = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0 && below + counts[i] >= rank)
            {
                double lower = i == 0 ? 0 : UpperMs[i - 1];
                return i == counts.Length - 1 ? lower : lower + ((UpperMs[i] - lower) * (rank - below) / counts[i]);
            }

            below += counts[i];
        }

        return null;
    }
}
