using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.AuditNotSwept, LogLevel.Warning, "Old entries of the audit log could not be taken out; the next round tries again")]
    public static partial void AuditNotSwept(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.AuditNotWritten, LogLevel.Error, "An operator's action stands in this log only: {Entry}")]
    public static partial void AuditNotWritten(this ILogger log, string entry, Exception fault);

    [LoggerMessage(EventIds.RefusalNotAudited, LogLevel.Warning, "A refused attempt of {Who} could not be noted in the audit log")]
    public static partial void RefusalNotAudited(this ILogger log, string who, Exception fault);
}
