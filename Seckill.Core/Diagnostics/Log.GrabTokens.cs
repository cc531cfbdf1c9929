using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.GrabTokenNotSettled, LogLevel.Warning, "The end of an attempt with a single-use grab token could not be written down; its claim ends by itself")]
    public static partial void GrabTokenNotSettled(this ILogger log, Exception fault);
}
