using System.Threading.RateLimiting;

namespace Seckill.Core.Admission;

/// <summary>The node's token bucket: <see cref="AdmissionOptions.NodeRatePerSecond"/> with bursts of <see cref="AdmissionOptions.NodeBurst"/>. Thread-safe.</summary>
internal sealed class NodeLimiter : IDisposable
{
    /// <summary>Refilled often and in small portions: once a second would let the crowd in by jerks.</summary>
    private static readonly TimeSpan RefillPeriod = TimeSpan.FromMilliseconds(10);

    private readonly TokenBucketRateLimiter? _bucket;

    public NodeLimiter(AdmissionOptions options)
    {
        if (options.NodeRatePerSecond > 0)
        {
            // At rates below one token per period, one token comes every so much longer period.
            double perPeriod = options.NodeRatePerSecond * RefillPeriod.TotalSeconds;
            _bucket = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.NodeBurst,
                QueueLimit = 0,
                TokensPerPeriod = Math.Max(1, (int)perPeriod),
                ReplenishmentPeriod = perPeriod >= 1 ? RefillPeriod * ((int)perPeriod / perPeriod) : TimeSpan.FromSeconds(1.0 / options.NodeRatePerSecond),
                AutoReplenishment = true,
            });
        }
    }

    /// <summary>Takes a token.</summary>
    /// <returns>Zero when there was one; else how long until the next.</returns>
    public TimeSpan Take()
    {
        if (_bucket is null)
        {
            return TimeSpan.Zero;
        }

        using RateLimitLease lease = _bucket.AttemptAcquire();
        if (lease.IsAcquired)
        {
            return TimeSpan.Zero;
        }

        return lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) && wait > TimeSpan.Zero ? wait : RefillPeriod;
    }

    public void Dispose() => _bucket?.Dispose();
}
