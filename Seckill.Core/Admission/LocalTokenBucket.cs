using System.Diagnostics;
using System.Threading.RateLimiting;

namespace Seckill.Core.Admission;

/// <summary>A token bucket of this node alone. Thread-safe; no I/O.</summary>
/// <remarks>
/// Refilled by whoever takes, with what the time since the last refill is worth. The library's own timer would add the same portion at each of its ticks, and its ticks are whole
/// milliseconds and late under load: a rate of 150 would run at 166, or below 100.
/// </remarks>
public sealed class LocalTokenBucket : IDisposable
{
    /// <summary>Refilled often and in small portions: once a second would let the crowd in by jerks.</summary>
    private const int RefillsPerSecond = 100;

    private readonly TokenBucketRateLimiter _bucket;
    private readonly TimeSpan _period;
    private long _refilledAt = Stopwatch.GetTimestamp();

    /// <summary>Makes a full bucket.</summary>
    public LocalTokenBucket(TokenRate rate)
    {
        // At rates below one token per period, one token comes every so much longer period.
        int portion = Math.Max(1, rate.PerSecond / RefillsPerSecond);
        _period = TimeSpan.FromSeconds((double)portion / rate.PerSecond);
        _bucket = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = rate.Burst,
            QueueLimit = 0,
            TokensPerPeriod = portion,
            ReplenishmentPeriod = _period,
            AutoReplenishment = false,
        });
    }

    /// <summary>Takes a token.</summary>
    /// <returns>Zero when there was one; else how long until the next.</returns>
    public TimeSpan Take()
    {
        // The library's clock, so not a TimeProvider. Two who refill at once do no harm: the second finds that no time has passed.
        long now = Stopwatch.GetTimestamp();
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _refilledAt), now) >= _period)
        {
            Volatile.Write(ref _refilledAt, now);
            _bucket.TryReplenish();
        }

        using RateLimitLease lease = _bucket.AttemptAcquire();
        if (lease.IsAcquired)
        {
            return TimeSpan.Zero;
        }

        return lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) && wait > TimeSpan.Zero ? wait : _period;
    }

    /// <inheritdoc/>
    public void Dispose() => _bucket.Dispose();
}
