namespace Seckill.Chaos.Schedule;

/// <summary>What a fault does to promises that are not in Kafka yet.</summary>
internal enum Loss
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Redis may forget them; the Api that made them knows them.</summary>
    RedisForgets,

    /// <summary>The Api forgets them; they stand in Redis.</summary>
    ApiDies,
}
