namespace Seckill.Core.Messaging;

/// <summary>A named set of Kafka client settings; what each means is in <see cref="KafkaProfiles"/>.</summary>
public enum KafkaProfile
{
    /// <summary>Nothing acknowledged is lost, order is kept; the default.</summary>
    Reliable = 0,

    /// <summary>Reliable, with larger batches and compression: more messages a second for some milliseconds of delay.</summary>
    HighThroughput = 1,

    /// <summary>Reliable, but a message never waits for company.</summary>
    LowLatency = 2,
}
