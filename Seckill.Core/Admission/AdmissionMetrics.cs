using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Admission;

/// <summary>Instruments of admission.</summary>
internal static class AdmissionMetrics
{
    /// <summary>Grabs of users whom the full table could not count.</summary>
    public static readonly Counter<long> Uncounted =
        SeckillMeter.Meter.CreateCounter<long>("seckill.admission.uncounted", "{grab}", "Grabs admitted without being counted: the table of users was full");

    private static readonly Counter<long> RefusedGrabs =
        SeckillMeter.Meter.CreateCounter<long>("seckill.admission.refused", "{grab}", "Grabs refused by a limiter");

    private static readonly KeyValuePair<string, object?> ByNode = new("limiter", "node");
    private static readonly KeyValuePair<string, object?> ByUser = new("limiter", "user");

    public static void Refused(AdmissionLimiter limiter) => RefusedGrabs.Add(1, limiter == AdmissionLimiter.User ? ByUser : ByNode);
}
