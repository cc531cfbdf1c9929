using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Admission;

/// <summary>Instruments of admission.</summary>
internal static class AdmissionMetrics
{
    /// <summary>Grabs of users whom the full table could not count.</summary>
    public static readonly Counter<long> Uncounted =
        SeckillMeter.Meter.CreateCounter<long>("seckill.admission.uncounted", "{grab}", "Grabs admitted without being counted: the table of users was full");

    /// <summary>Grabs from addresses that the full table could not count.</summary>
    public static readonly Counter<long> UncountedIps =
        SeckillMeter.Meter.CreateCounter<long>("seckill.admission.uncounted_ips", "{grab}", "Grabs admitted without being counted: the table of addresses was full");

    /// <summary>Questions for a lease of tokens.</summary>
    public static readonly Counter<long> LeasesAsked =
        SeckillMeter.Meter.CreateCounter<long>("seckill.admission.leases", "{call}", "Leases of a sale's tokens that this node asked for");

    /// <summary>Tokens that were leased and not used in time.</summary>
    public static readonly Counter<long> TokensExpired =
        SeckillMeter.Meter.CreateCounter<long>("seckill.admission.expired_tokens", "{token}", "Leased tokens that nobody used in time");

    private static readonly Counter<long> RefusedGrabs =
        SeckillMeter.Meter.CreateCounter<long>("seckill.admission.refused", "{grab}", "Grabs refused by a limiter");

    private static readonly Counter<long> AloneGrabs =
        SeckillMeter.Meter.CreateCounter<long>("seckill.admission.alone", "{grab}", "Grabs that a shared limiter decided by itself: Redis was away");

    // By the enum's numbers.
    private static readonly KeyValuePair<string, object?>[] Tags =
        [new("limiter", "none"), new("limiter", "node"), new("limiter", "user"), new("limiter", "ip"), new("limiter", "sale"), new("limiter", "user-shared")];

    /// <summary>What is tagged with a limiter's name counts from zero: all that refuse, and of those that decide alone without Redis the two that share.</summary>
    public static void CountFromZero(IServiceCollection services) => services
        .CountFromZero(RefusedGrabs, "limiter", Tags.Skip(1).Select(tag => (string)tag.Value!))
        .CountFromZero(AloneGrabs, "limiter", [(string)TagOf(AdmissionLimiter.Sale).Value!, (string)TagOf(AdmissionLimiter.SharedUser).Value!]);

    /// <summary>The tag that names a limiter.</summary>
    public static KeyValuePair<string, object?> TagOf(AdmissionLimiter limiter) => Tags[(int)limiter];

    public static void Refused(AdmissionLimiter limiter) => RefusedGrabs.Add(1, Tags[(int)limiter]);

    public static void Alone(AdmissionLimiter limiter) => AloneGrabs.Add(1, Tags[(int)limiter]);
}
