using System.ComponentModel.DataAnnotations;

namespace Seckill.Core.Messaging;

/// <summary>How the Kafka clients behave.</summary>
public sealed record MessagingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Seckill:Messaging";

    /// <summary>Settings of the producers. Default <see cref="KafkaProfile.Reliable"/>: 2 ms of linger are nothing beside an order's way.</summary>
    [EnumDataType(typeof(KafkaProfile))]
    public KafkaProfile ProducerProfile { get; set; } = KafkaProfile.Reliable;

    /// <summary>Settings of the consumers. Default <see cref="KafkaProfile.Reliable"/>: a fetch waits 10 ms at most.</summary>
    [EnumDataType(typeof(KafkaProfile))]
    public KafkaProfile ConsumerProfile { get; set; } = KafkaProfile.Reliable;

    /// <summary>Messages of a delayed topic that a consumer holds per partition while they wait, 1 to 100,000. Default 1,000, half a megabyte to three: enough for a batch, and a full queue only pauses its partition.</summary>
    [Range(1, 100_000)]
    public int DelayedLookAhead { get; set; } = 1_000;

    /// <summary>Most due messages of delayed topics that are handled together, 1 to 5,000. Default 500, as the order intake's.</summary>
    [Range(1, 5_000)]
    public int DelayedBatch { get; set; } = 500;

    /// <summary>How long the handler of a stopping worker may finish what is due, or the batch in hand, ms, 0 to 30,000. Default 4,000, inside the host's limit; what is not finished is redelivered.</summary>
    [Range(0, 30_000)]
    public int DelayedDrainMs { get; set; } = 4_000;
}
