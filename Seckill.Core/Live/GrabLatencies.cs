namespace Seckill.Core.Live;

/// <summary>Counts how long this node's grabs took, until <see cref="LiveFigures"/> takes the counts to Redis. Thread-safe; costs an increment.</summary>
public sealed class GrabLatencies
{
    private readonly long[] _counts = new long[LatencyBuckets.Count];

    /// <summary>Counts one grab.</summary>
    public void Count(TimeSpan took) => Interlocked.Increment(ref _counts[LatencyBuckets.IndexOf(took)]);

    /// <summary>Takes what was counted of a bucket.</summary>
    internal long Take(int bucket) => Interlocked.Exchange(ref _counts[bucket], 0);
}
