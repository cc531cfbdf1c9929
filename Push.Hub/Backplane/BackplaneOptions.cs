using System.ComponentModel.DataAnnotations;

namespace Push.Hub.Backplane;

/// <summary>Timing and bounds of the backplane.</summary>
public sealed record BackplaneOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Backplane";

    /// <summary>How often a node publishes to itself, 50 ms to 1 min. Default 1 s: a dead subscription is found within <see cref="MissedHeartbeats"/> of these.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Heartbeats in a row that may stay away before the subscription is built anew, 2 to 60. Default 3: one late reply is not a fault.</summary>
    [Range(2, 60)]
    public int MissedHeartbeats { get; set; } = 3;

    /// <summary>Messages from Redis that wait for this node, 64 to 1,000,000. Default 16,384. When full: the message is dropped and every local mailbox position is checked.</summary>
    [Range(64, 1_000_000)]
    public int MaxInbox { get; set; } = 16_384;

    /// <summary>Bytes that wait for one connection's socket, 16 KiB to 64 MiB. Default 1 MiB: four full mailboxes. When full: the connection is closed and may reconnect.</summary>
    [Range(16 * 1024, 64 * 1024 * 1024)]
    public int MaxConnectionQueueBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// How long the message that tells a client why it is closed may take to leave, behind whatever is being written to it, 50 ms to 1 min. Default 1 s: long enough for a client that reads, and whoever does not
    /// read holds his place no longer than that. Over it the connection is cut without a word.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a question to the other nodes waits for its answer, 100 ms to 1 min. Default 5 s. A call that awaits the result of a client on another node asks as often whether that client is still there.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan ReplyTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
