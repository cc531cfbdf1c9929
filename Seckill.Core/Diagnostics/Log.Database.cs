using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.MigrationApplied, LogLevel.Information, "Applied migration {Name}")]
    public static partial void MigrationApplied(this ILogger log, string name);

    [LoggerMessage(EventIds.MigrationResumed, LogLevel.Warning, "Migration {Name} was left half done and goes on at statement {Statement}")]
    public static partial void MigrationResumed(this ILogger log, string name, int statement);

    [LoggerMessage(EventIds.MySqlCircuitOpen, LogLevel.Warning, "MySQL is away: work waits and probes again in {Pause}")]
    public static partial void MySqlCircuitOpen(this ILogger log, TimeSpan pause, Exception fault);

    [LoggerMessage(EventIds.MySqlCircuitClosed, LogLevel.Information, "MySQL answers: work goes on")]
    public static partial void MySqlCircuitClosed(this ILogger log);
}
