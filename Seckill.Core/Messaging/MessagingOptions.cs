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
}
