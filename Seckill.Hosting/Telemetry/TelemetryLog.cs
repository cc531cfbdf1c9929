using Microsoft.Extensions.Logging;

namespace Seckill.Hosting.Telemetry;

/// <summary>Log lines of telemetry's own sending; ids are permanent, from Core's range 2900.</summary>
internal static partial class TelemetryLog
{
    public const int CollectorAwayId = 2910;
    public const int CollectorBackId = 2911;

    [LoggerMessage(CollectorAwayId, LogLevel.Warning, "The collector {Collector} does not take what is sent to it: {Fault}. Traces and metrics are lost until it does; this is not said again")]
    public static partial void CollectorAway(this ILogger log, string collector, string fault);

    [LoggerMessage(CollectorBackId, LogLevel.Information, "The collector {Collector} takes traces and metrics again")]
    public static partial void CollectorBack(this ILogger log, string collector);
}
