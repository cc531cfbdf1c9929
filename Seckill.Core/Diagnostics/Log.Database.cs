using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.MigrationApplied, LogLevel.Information, "Applied migration {Name}")]
    public static partial void MigrationApplied(this ILogger log, string name);

    [LoggerMessage(EventIds.MigrationResumed, LogLevel.Warning, "Migration {Name} was left half done and goes on at statement {Statement}")]
    public static partial void MigrationResumed(this ILogger log, string name, int statement);
}
