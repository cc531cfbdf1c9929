namespace Seckill.Benchmarks.Ceiling;

/// <summary>One contestant in one round.</summary>
/// <param name="Rps">Answers per second.</param>
/// <param name="P50Ms">Median latency.</param>
/// <param name="P99Ms">99th percentile.</param>
/// <param name="ServerCpuUs">CPU of the answering process for each answer, in microseconds.</param>
/// <param name="RedisCpuUs">CPU of Redis for each answer.</param>
/// <param name="AllocatedBytes">Managed bytes that the answering process allocated for each answer.</param>
internal sealed record CeilingRun(double Rps, double P50Ms, double P99Ms, double ServerCpuUs, double RedisCpuUs, double AllocatedBytes)
{
    /// <summary>The median of each figure.</summary>
    public static CeilingRun MedianOf(IReadOnlyList<CeilingRun> runs) => new(
        Median(runs.Select(run => run.Rps)), Median(runs.Select(run => run.P50Ms)), Median(runs.Select(run => run.P99Ms)),
        Median(runs.Select(run => run.ServerCpuUs)), Median(runs.Select(run => run.RedisCpuUs)), Median(runs.Select(run => run.AllocatedBytes)));

    /// <summary>The middle one; of an even number the upper of the two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
