using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.LockAcquired, LogLevel.Information, "Holds the lock {Resource} with token {Token}")]
    public static partial void LockAcquired(this ILogger log, string resource, long token);

    [LoggerMessage(EventIds.LockLost, LogLevel.Warning, "The lock {Resource} with token {Token} can no longer be vouched for")]
    public static partial void LockLost(this ILogger log, string resource, long token);

    [LoggerMessage(EventIds.StaleHolder, LogLevel.Warning, "A write under the lock {Resource} was refused: token {Token} is behind {Highest}")]
    public static partial void StaleHolder(this ILogger log, string resource, long token, long highest);
}
