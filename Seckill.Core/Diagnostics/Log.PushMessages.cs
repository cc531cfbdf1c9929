using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.PushesAccepted, LogLevel.Information, "{By} sent {Count} messages to users; the first is {Id}")]
    public static partial void PushesAccepted(this ILogger log, string by, int count, string id);

    [LoggerMessage(EventIds.PushesNotAcknowledged, LogLevel.Warning, "Kafka has not acknowledged {Open} of {Count} messages that {By} sent; he was told which")]
    public static partial void PushesNotAcknowledged(this ILogger log, int open, int count, string by);

    [LoggerMessage(EventIds.PushRefusedByRedis, LogLevel.Error, "Redis refuses what it holds for {Receiver}; {Count} messages are put aside")]
    public static partial void PushRefusedByRedis(this ILogger log, string receiver, int count, Exception fault);
}
