using System.Diagnostics.Metrics;
using Seckill.Core.Diagnostics;

namespace Push.Hub.Diagnostics;

/// <summary>What a hub node counts.</summary>
internal static class HubMetrics
{
    private static readonly double[] DelayBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>Open connections.</summary>
    public static readonly UpDownCounter<long> Connections =
        SeckillMeter.Meter.CreateUpDownCounter<long>("seckill.push.connections", "{connection}", "Open connections.");

    /// <summary>Connections begun, those in their handshake included; tag transport.</summary>
    public static readonly Counter<long> Opened =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.opened", "{connection}", "Connections begun.");

    /// <summary>Connections ended; tag reason = client, slow, expired, revoked, drained, timeout, handshake, calls.</summary>
    public static readonly Counter<long> Closed =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.closed", "{connection}", "Connections ended.");

    /// <summary>Connections that were refused before they began; tag code.</summary>
    public static readonly Counter<long> ConnectsRefused =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.connects_refused", "{connection}", "Connections refused before they began.");

    /// <summary>Turns of users or addresses for whose count there was no room.</summary>
    public static readonly Counter<long> TurnsUncounted =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.turns_uncounted", "{connection}", "Connections begun without counting whose turn it was: the table was full.");

    /// <summary>Messages handed to connections from mailboxes; tag path = live, read or resume.</summary>
    public static readonly Counter<long> Delivered =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.delivered", "{message}", "Mailbox messages handed to connections.");

    /// <summary>Unconfirmed messages that were sent again.</summary>
    public static readonly Counter<long> Resent =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.resent", "{message}", "Mailbox messages sent again because no confirmation came.");

    /// <summary>Copies of high messages sent before their turn.</summary>
    public static readonly Counter<long> SentAhead =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.sent_ahead", "{message}", "Copies of high messages sent before their turn on resume.");

    /// <summary>Times that a connection's window of unconfirmed messages was full.</summary>
    public static readonly Counter<long> Paused =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.paused", "{pause}", "Pauses of connections with too much unconfirmed.");

    /// <summary>From a message's <c>at</c>, by the sender's clock, to a live connection's queue; tag path = live or read.</summary>
    public static readonly Histogram<double> DeliveryDelay = SeckillMeter.Meter.CreateHistogram(
        "seckill.push.delivery_delay", "s", "From the making of a message to its delivery to a connection that was there.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DelayBuckets });

    /// <summary>From a frame's delivery to the confirmation of its last message.</summary>
    public static readonly Histogram<double> AckDelay = SeckillMeter.Meter.CreateHistogram(
        "seckill.push.ack_delay", "s", "From the delivery of a frame to the confirmation of its last message.", tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = DelayBuckets });

    /// <summary>Resumes; tag outcome = recovered, epoch-changed, truncated.</summary>
    public static readonly Counter<long> Resumed =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.resumed", "{resume}", "Answered resumes.");

    /// <summary>Raised confirmations.</summary>
    public static readonly Counter<long> Acked =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.acked", "{ack}", "Confirmations that raised a position.");

    /// <summary>Calls of clients; tags method and outcome = ok, refused, fault.</summary>
    public static readonly Histogram<double> CallDuration = SeckillMeter.Calls("seckill.push.call_duration", "How long clients' calls took, by method and outcome.");

    /// <summary>Refused calls; tag code.</summary>
    public static readonly Counter<long> Refused =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.refused", "{call}", "Calls of clients that were refused.");

    /// <summary>Connections closed because their token was revoked.</summary>
    public static readonly Counter<long> Revoked =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.revoked", "{connection}", "Connections closed because their token was revoked.");

    /// <summary>Connections closed because their queue was full, or (tag reason = unconfirmed) because their window was and stayed so.</summary>
    public static readonly Counter<long> SlowConsumers =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.slow_consumers", "{connection}", "Connections closed because their queue was full, or their window of unconfirmed messages.");

    /// <summary>Messages in a protocol that the connection does not speak.</summary>
    public static readonly Counter<long> Undeliverable =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.undeliverable", "{message}", "Messages that lack the connection's hub protocol.");

    /// <summary>Users whose position check found messages that no wake-up had brought.</summary>
    public static readonly Counter<long> Repaired =
        SeckillMeter.Meter.CreateCounter<long>("seckill.push.repaired", "{user}", "Users behind their mailbox when the check came by.");

    /// <summary>Backplane subscriptions built anew by the watchdog.</summary>
    public static readonly Counter<long> Rebuilt =
        SeckillMeter.Meter.CreateCounter<long>("seckill.backplane.rebuilt", "{subscription}", "Subscriptions that the watchdog replaced.");

    /// <summary>Messages dropped because the node's inbox was full.</summary>
    public static readonly Counter<long> InboxOverflows =
        SeckillMeter.Meter.CreateCounter<long>("seckill.backplane.overflows", "{message}", "Messages from Redis dropped because the inbox was full.");

    /// <summary>Messages of an unknown version or kind.</summary>
    public static readonly Counter<long> Unreadable =
        SeckillMeter.Meter.CreateCounter<long>("seckill.backplane.unreadable", "{message}", "Messages from Redis that no receiver could read.");

    /// <summary>Messages that did not reach the other nodes.</summary>
    public static readonly Counter<long> NotPublished =
        SeckillMeter.Meter.CreateCounter<long>("seckill.backplane.not_published", "{message}", "Messages that Redis did not take.");
}
