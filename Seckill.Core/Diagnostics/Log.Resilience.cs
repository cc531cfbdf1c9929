using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.CircuitOpened, LogLevel.Warning, "{Dependency} fails or is slow: nobody asks it for {BreakFor}, then one call probes")]
    public static partial void CircuitOpened(this ILogger log, string dependency, TimeSpan breakFor, Exception? last);

    [LoggerMessage(EventIds.CircuitClosed, LogLevel.Information, "{Dependency} answers again")]
    public static partial void CircuitClosed(this ILogger log, string dependency);

    [LoggerMessage(EventIds.RedisSilent, LogLevel.Warning, "Redis says nothing on the connection {Client}: commands are refused at once until it does")]
    public static partial void RedisSilent(this ILogger log, string client);

    [LoggerMessage(EventIds.RedisSpeaks, LogLevel.Information, "Redis answers again on the connection {Client}")]
    public static partial void RedisSpeaks(this ILogger log, string client);
}
