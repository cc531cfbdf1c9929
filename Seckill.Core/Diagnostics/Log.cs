using Microsoft.Extensions.Logging;
using Seckill.Core.Ids;

namespace Seckill.Core.Diagnostics;

/// <summary>Every log line of Core, one partial file per feature (<c>Log.Push.cs</c>, …); ids in <see cref="EventIds"/>.</summary>
internal static partial class Log
{
    [LoggerMessage(EventIds.WorkerIdLost, LogLevel.Error, "Worker id {WorkerId} is another's; this node takes a new one")]
    public static partial void WorkerIdLost(this ILogger log, int workerId);

    [LoggerMessage(EventIds.NoWorkerId, LogLevel.Warning, "No worker id can be had, the last answer was {Answer}; no ids can be made until one is free")]
    public static partial void NoWorkerId(this ILogger log, WorkerLeaseAnswer answer);

    [LoggerMessage(EventIds.WorkerIdLeased, LogLevel.Information, "Leased worker id {WorkerId}")]
    public static partial void WorkerIdLeased(this ILogger log, int workerId);

    [LoggerMessage(EventIds.WorkerIdNotRenewed, LogLevel.Warning, "The worker-id lease could not be renewed; no ids can be made once it runs out")]
    public static partial void WorkerIdNotRenewed(this ILogger log, Exception fault);
}
