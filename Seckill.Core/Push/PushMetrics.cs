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

    /// <summary>Sale-wide messages published.</summary>
    public static readonly Counter<long> Broadcast =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.broadcast", "{message}", "Sale-wide messages published.");
}
