namespace Seckill.Worker;

/// <summary>The worker's own log lines; ids from 2100.</summary>
internal static partial class Log
{
    [LoggerMessage(2100, LogLevel.Warning, "The schema is not in place yet")]
    public static partial void NotMigrated(this ILogger log, Exception fault);

    [LoggerMessage(2150, LogLevel.Error, "Kafka's topics are not as they must be: {Differences}")]
    public static partial void TopicsDiffer(this ILogger log, string differences);
}
