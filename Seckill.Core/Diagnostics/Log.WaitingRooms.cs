using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.RoomProgressFaulted, LogLevel.Warning, "The waiting rooms could not be visited; pages see them move when they look themselves")]
    public static partial void RoomProgressFaulted(this ILogger log, Exception fault);
}
