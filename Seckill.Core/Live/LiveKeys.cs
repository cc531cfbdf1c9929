using Seckill.Core.Ids;
using StackExchange.Redis;

namespace Seckill.Core.Live;

/// <summary>The Redis keys of the live figures: one hash for ten seconds, so that a page that has all but the last few reads one or two. Each expires <see cref="Lifetime"/> after it was last written.</summary>
internal static class LiveKeys
{
    /// <summary>Seconds in one hash.</summary>
    public const int Span = 10;

    /// <summary>What a page shows, ten minutes, and a minute for nodes whose clocks differ.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(11);

    /// <summary>hash: <c>second:outcome</c> -> grabs of a sale, over all nodes; at most <see cref="Span"/> times the outcomes.</summary>
    public static RedisKey Grabs(SaleId sale, long second) => $"seckill:live:{sale}:{second / Span}";

    /// <summary>hash: <c>second:bucket</c> -> grabs of any sale that took so long, see <see cref="LatencyBuckets"/>, over all nodes; at most <see cref="Span"/> times the buckets.</summary>
    public static RedisKey Latencies(long second) => $"seckill:live:latency:{second / Span}";

    /// <summary>A field of either.</summary>
    public static string Field(long second, int index) => $"{second}:{index}";
}
