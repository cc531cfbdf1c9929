using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Push;

/// <summary>What senders count.</summary>
internal static class PushMetrics
{
    /// <summary>Messages written to mailboxes.</summary>
    public static readonly Counter<long> Appended =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.appended", "{message}", "Messages written to mailboxes.");

    /// <summary>Repeated appends that changed nothing.</summary>
    public static readonly Counter<long> Repeated =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.repeated", "{message}", "Appends whose id was known already.");

    /// <summary>Messages that left mailboxes before anyone had confirmed them; tags reason = expired or bounds, priority = normal or high.</summary>
    private static readonly Counter<long> Dropped =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.dropped", "{message}", "Unconfirmed messages that an append found expired, or that had to make room.");

    /// <summary>Sale-wide messages published.</summary>
    public static readonly Counter<long> Broadcast =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.broadcast", "{message}", "Sale-wide messages published.");

    /// <summary>Counts what an append removed without anyone having confirmed it.</summary>
    public static void CountDropped(long expiredNormal, long expiredHigh, long overBoundsNormal, long overBoundsHigh)
    {
        Count(expiredNormal, "expired", "normal");
        Count(expiredHigh, "expired", "high");
        Count(overBoundsNormal, "bounds", "normal");
        Count(overBoundsHigh, "bounds", "high");

        static void Count(long messages, string reason, string priority)
        {
            if (messages > 0)
            {
                Dropped.Add(messages, new KeyValuePair<string, object?>("reason", reason), new KeyValuePair<string, object?>("priority", priority));
            }
        }
    }
}
