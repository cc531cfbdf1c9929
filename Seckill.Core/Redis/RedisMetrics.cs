using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Redis;

/// <summary>Instruments of the connections to Redis, tagged with the <c>client</c>'s name.</summary>
internal static class RedisMetrics
{
    public static readonly Counter<long> Replaced =
        SeckillMeter.Meter.CreateCounter<long>("seckill.redis.replaced", "{connection}", "Command connections that had fallen silent and gave way to one that answers.");
}
