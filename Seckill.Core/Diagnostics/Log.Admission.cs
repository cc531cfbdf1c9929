using Microsoft.Extensions.Logging;
using Seckill.Core.Admission;
using Seckill.Core.Ids;

namespace Seckill.Core.Diagnostics;

internal static partial class Log
{
    [LoggerMessage(EventIds.EligibilityNotLoaded, LogLevel.Warning, "The list of sale {Sale} could not be loaded into a filter; each grab asks Redis meanwhile")]
    public static partial void EligibilityNotLoaded(this ILogger log, SaleId sale, Exception fault);

    [LoggerMessage(EventIds.EligibilityNotConfirmed, LogLevel.Warning, "Redis does not name the versions of the users' lists; filters refuse nobody until it does, and each grab of a restricted sale asks it")]
    public static partial void EligibilityNotConfirmed(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.FilterRefused, LogLevel.Error, "The filter of sale {Sale} in Redis is not taken: {Fault}. The last good one is kept; it is built anew unless a newer program wrote it")]
    public static partial void FilterRefused(this ILogger log, SaleId sale, BloomFault fault);

    [LoggerMessage(EventIds.LimitersAlone, LogLevel.Warning, "Redis does not answer the limiters; sales are held to this node's share of their rate, users to this node's window")]
    public static partial void LimitersAlone(this ILogger log, Exception fault);

    [LoggerMessage(EventIds.LimitersShareAgain, LogLevel.Information, "Redis answers the limiters again")]
    public static partial void LimitersShareAgain(this ILogger log);
}
