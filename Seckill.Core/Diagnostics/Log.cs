using Microsoft.Extensions.Logging;

namespace Seckill.Core.Diagnostics;

/// <summary>Every log line of Core, one partial file per feature (<c>Log.Push.cs</c>, …); ids in <see cref="EventIds"/>.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.WorkerIdLeased, LogLevel.Information, "Leased worker id {WorkerId}")]
    public static partial void WorkerIdLeased(this ILogger log, int workerId);

    [LoggerMessage(EventIds.WorkerIdNotRenewed, LogLevel.Warning, "The worker-id lease could not be renewed; no ids can be made once it runs out")]
    public static partial void WorkerIdNotRenewed(this ILogger log, Exception fault);
}
