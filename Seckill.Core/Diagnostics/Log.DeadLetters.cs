using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.ProjectionFaulted, LogLevel.Warning, "Dead letters could not be read into MySQL; they are tried again")]
    public static partial void ProjectionFaulted(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.LettersStored, LogLevel.Warning, "{Count} new dead letters wait for an operator")]
    public static partial void LettersStored(this ILogger log, int count);

    [LoggerMessage(EventIds.ReplayFaulted, LogLevel.Warning, "A dead letter could not be replayed for want of a server; it is tried again")]
    public static partial void ReplayFaulted(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.LetterReplayed, LogLevel.Information, "Dead letter {Letter} replayed: {Outcome}")]
    public static partial void LetterReplayed(this ILogger log, long letter, string outcome);
}
