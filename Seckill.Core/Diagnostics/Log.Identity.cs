using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.RevocationsNotRefreshed, LogLevel.Warning, "Revoked tokens could not be compared with Redis; those that this node knows of stay revoked")]
    public static partial void RevocationsNotRefreshed(this ILogger log, Exception fault);
}
