using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.RedisConnectionReplaced, LogLevel.Warning, "The connection {Client} to Redis had fallen silent; another has taken its place")]
    public static partial void RedisConnectionReplaced(this ILogger log, string client);

    [LoggerMessage(EventIds.RedisConnectionNotReplaced, LogLevel.Warning, "The connection {Client} to Redis is silent, and another cannot be opened; tried again")]
    public static partial void RedisConnectionNotReplaced(this ILogger log, string client, Exception fault);
}
