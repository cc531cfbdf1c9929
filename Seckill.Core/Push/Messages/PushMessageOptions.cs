using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Push.Messages;

/// <summary>How operators' messages travel.</summary>
public sealed record PushMessageOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:PushMessages";

    /// <summary>How long the Api waits for Kafka's acknowledgements, 100 ms to 30 s. Default 5 s: a broker that died is replaced by then, and an operator still waits. What is not acknowledged is told.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan AcknowledgeWithin { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Most messages that a Worker takes in hand at once, 1 to 5,000. Default 500: 500 payloads of 8 KiB are 4 MiB. Nothing waits for a batch to fill.</summary>
    [Range(1, 5_000)]
    public int MaxBatch { get; set; } = 500;

    /// <summary>
    /// Messages to groups and to all that a Worker publishes per second, 1 to 1,000. Default 5: each goes to every connection that it is meant for, so that one 1 KiB message to 100,000 connections is
    /// 100 MiB to send. More wait in Kafka; what waits past its time to live is dropped and counted.
    /// </summary>
    [Range(1, 1_000)]
    public int LivePerSecond { get; set; } = 5;

    /// <summary>How long the id of a published message is remembered, 1 min to 7 days. Default 24 h, as long as a message may live. Costs Redis about 150 bytes an id: at 5 a second 65 MB.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan LiveMemory { get; set; } = TimeSpan.FromHours(24);
}
