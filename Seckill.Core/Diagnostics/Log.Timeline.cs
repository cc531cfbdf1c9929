using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.TimelineWithoutMailbox, LogLevel.Warning, "The timeline of order {OrderId} is shown without the push: Redis did not answer")]
    public static partial void TimelineWithoutMailbox(this ILogger log, string orderId, Exception fault);

    [LoggerMessage(EventIds.CommitTimesPutOff, LogLevel.Warning, "The commit times of {Batches} intake batches could not be written; they wait, and no order is held up")]
    public static partial void CommitTimesPutOff(this ILogger log, int batches, Exception fault);

    [LoggerMessage(EventIds.TimelineSweepFaulted, LogLevel.Warning, "Old timelines could not be swept; the next sweep goes on where this one stood")]
    public static partial void TimelineSweepFaulted(this ILogger log, Exception fault);
}
