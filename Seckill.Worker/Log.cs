namespace Seckill.Worker;

/// <summary>The worker's own log lines; ids from 2100.</summary>
internal static partial class Log
{
    [LoggerMessage(2100, LogLevel.Warning, "The schema is not in place yet")]
    public static partial void NotMigrated(this ILogger log, Exception fault);
}
