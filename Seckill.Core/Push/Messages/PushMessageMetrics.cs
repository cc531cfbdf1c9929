using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Seckill.Core.Push.Messages;

/// <summary>What operators' messages count.</summary>
internal static class PushMessageMetrics
{
    /// <summary>Messages that Kafka has acknowledged to the Api, by type.</summary>
    public static readonly Counter<long> Accepted =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.messages.accepted", "{message}", "Operators' messages that Kafka has acknowledged, one per receiver, by type.");

    /// <summary>Messages of which the operator was told that nobody knows.</summary>
    public static readonly Counter<long> Unacknowledged =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.messages.unacknowledged", "{message}", "Operators' messages that Kafka had not acknowledged in time.");

    /// <summary>Messages that a Worker has finished, by outcome.</summary>
    public static readonly Counter<long> Finished =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.messages.finished", "{message}", "Operators' messages finished by a Worker, by outcome: appended, published, repeated, expired, refused.");

    /// <summary>From the Api's acceptance to mailbox or publication.</summary>
    public static readonly Histogram<double> Delay =
        SeckillMeter.Delays("seckill.push.messages.delay", "From the acceptance of an operator's message to its mailbox or publication, new ones only.");

    /// <summary>Counts messages with one outcome.</summary>
    public static void Finish(string outcome, int count)
    {
        if (count > 0)
        {
            Finished.Add(count, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }
}
