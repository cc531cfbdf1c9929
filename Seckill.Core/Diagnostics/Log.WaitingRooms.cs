using Microsoft.Extensions.Logging;
using Seckill.Core.Ids;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.RoomProgressFaulted, LogLevel.Warning, "The waiting rooms could not be visited; pages see them move when they look themselves")]
    public static partial void RoomProgressFaulted(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.RoomsPartlyPutOff, LogLevel.Warning, "{Rooms} waiting rooms could not be visited or told of, that of sale {Sale} among them; the others go on")]
    public static partial void RoomsPartlyPutOff(this ILogger log, int rooms, SaleId sale, Exception fault);
}
