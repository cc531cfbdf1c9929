using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.RelayFaulted, LogLevel.Warning, "The outbox relay of {Bucket} failed and goes on after a pause")]
    public static partial void RelayFaulted(this ILogger log, string bucket, Exception fault);

    [LoggerMessage(EventIds.RelayClaimed, LogLevel.Warning, "Took {Entries} outbox entries of {Bucket} from a relay that went silent")]
    public static partial void RelayClaimed(this ILogger log, int entries, string bucket);

    [LoggerMessage(EventIds.OutboxEntryMalformed, LogLevel.Error, "Outbox entry {Entry} of {Bucket} cannot be read and goes to the unroutable topic: {Fault}")]
    public static partial void OutboxEntryMalformed(this ILogger log, string entry, string bucket, string fault);

    [LoggerMessage(EventIds.DirectoryUnreadable, LogLevel.Warning, "The directory of stock buckets cannot be read; known buckets are relayed on")]
    public static partial void DirectoryUnreadable(this ILogger log, Exception fault);
}
